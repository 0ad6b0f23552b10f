"""A real stack: start, damage, start again, stop. Its own folders and ports, beside any other stack."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from evidence.home import resolve_home
from stack import (
    HOST,
    ManagedProcess,
    PortTaken,
    StackProgress,
    StackSettings,
    down,
    is_running,
    layout,
    registry,
    status,
    up,
)
from stack.parts.http_request import http_request
from stack.stragglers import find_stragglers
from tests.conftest import RealStack
from tests.stack.waiting import wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

_PORTS_BEYOND_THE_SESSION_STACK = 500
_TIMEOUT_S = 5.0


@pytest.fixture(scope="module")
def own_stack() -> Iterator[StackSettings]:
    """A stack of these tests alone, that is up; programs are shared with every other stack."""
    home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
    with tempfile.TemporaryDirectory(prefix="stormproof-é-") as folder:
        Path(folder).chmod(0o755)
        port_base = home.port_base + _PORTS_BEYOND_THE_SESSION_STACK
        settings = StackSettings(home.programs_dir, Path(folder) / "state", port_base)
        try:
            up(settings)
            yield settings
        finally:
            down(settings, wipe=True)


def _pids(settings: StackSettings) -> dict[str, int]:
    return {process.name: process.pid for process in registry(settings).processes}


def _kill(process: ManagedProcess) -> None:
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not is_running(process))


def _process(settings: StackSettings, name: str) -> ManagedProcess:
    process = registry(settings).process(name)
    assert process is not None
    return process


def _toxiproxy(settings: StackSettings, method: str, path: str, content: object = None) -> int:
    port = layout.TOXIPROXY.port(settings.port_base)
    return http_request(port, method, path, timeout_s=_TIMEOUT_S, content=content).status


def _elasticsearch(settings: StackSettings, method: str, path: str, content: object = None) -> bytes:
    port = layout.ELASTICSEARCH.proxy_port(settings.port_base)
    assert port is not None
    answer = http_request(port, method, path, timeout_s=_TIMEOUT_S, content=content)
    assert answer.status in (200, 201), answer.body
    return answer.body


def _postgres(settings: StackSettings, statement: str) -> object:
    async def query() -> object:
        connection = await asyncpg.connect(
            host=HOST,
            port=layout.POSTGRES.proxy_port(settings.port_base),
            user="postgres",
            database="stormproof",
            ssl=False,
        )
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(query())


def _state_redis(settings: StackSettings) -> "redis.Redis":
    port = layout.REDIS_STATE.proxy_port(settings.port_base)
    assert port is not None
    return redis.Redis(host=HOST, port=port, socket_timeout=_TIMEOUT_S, decode_responses=True)


def _assert_all_running(settings: StackSettings) -> None:
    parts = status(settings)
    assert [(part.name, part.state, part.reason) for part in parts] == [
        (part.name, "running", "") for part in layout.PARTS
    ]


def test_status_tells_what_the_servers_say(own_stack: StackSettings) -> None:
    _assert_all_running(own_stack)
    for part, known in zip(status(own_stack), layout.PARTS, strict=True):
        assert (part.version, part.port) == (known.version, known.port(own_stack.port_base))
        assert part.proxy_port == known.proxy_port(own_stack.port_base)
        assert part.pid == _pids(own_stack)[part.name]
        assert part.log_file.stat().st_size > 0


def test_the_registered_pids_are_the_servers_at_low_priority_and_unprivileged(
    own_stack: StackSettings,
) -> None:
    for process in registry(own_stack).processes:
        found = psutil.Process(process.pid)
        assert found.nice() == process.nice >= 10
        assert found.uids().real != 0
        held = {
            connection.laddr[1] for connection in found.net_connections() if connection.status == "LISTEN"
        }
        assert held == set(process.ports), process.name


def test_up_again_changes_nothing(own_stack: StackSettings) -> None:
    before = registry(own_stack)
    told: list[StackProgress] = []
    assert up(own_stack, told.append) == before
    assert {progress.part for progress in told if progress.done} == {part.name for part in layout.PARTS}


def test_two_stacks_run_side_by_side(own_stack: StackSettings, real_stack: RealStack) -> None:
    other = real_stack.settings
    _assert_all_running(own_stack)
    _assert_all_running(other)
    assert not set(_pids(own_stack).values()) & set(_pids(other).values())
    with _state_redis(own_stack) as here, _state_redis(other) as there:
        here.set("side-by-side", "here")
        assert there.get("side-by-side") is None


def test_up_removes_toxics_and_puts_proxies_right(own_stack: StackSettings) -> None:
    before = _pids(own_stack)
    toxic = {"type": "timeout", "attributes": {"timeout": 0}}
    assert _toxiproxy(own_stack, "POST", "/proxies/redis-state/toxics", toxic) == 200
    assert _toxiproxy(own_stack, "POST", "/proxies/postgres", {"enabled": False}) == 200
    assert _toxiproxy(own_stack, "DELETE", "/proxies/redis-cache") == 204
    assert _toxiproxy(own_stack, "POST", "/proxies/elasticsearch", {"upstream": f"{HOST}:1"}) == 200
    states = {part.name: (part.state, part.reason) for part in status(own_stack)}
    for name in ("postgres", "redis-cache", "elasticsearch", "redis-state"):
        assert states[name][0] == "unhealthy"
        assert "not through its proxy" in states[name][1]
    up(own_stack)
    _assert_all_running(own_stack)
    assert _pids(own_stack) == before


def test_up_starts_only_the_part_that_is_dead(own_stack: StackSettings) -> None:
    before = _pids(own_stack)
    for name in ("postgres", "toxiproxy"):
        _kill(_process(own_stack, name))
    assert {part.name: part.state for part in status(own_stack)}["toxiproxy"] == "stopped"
    up(own_stack)
    _assert_all_running(own_stack)
    changed = {name for name, pid in _pids(own_stack).items() if before[name] != pid}
    assert changed == {"postgres", "toxiproxy"}


def test_a_frozen_part_is_told_and_goes_on(own_stack: StackSettings) -> None:
    before = _process(own_stack, "redis-cache")
    os.kill(before.pid, signal.SIGSTOP)
    wait_until(lambda: psutil.Process(before.pid).status() == psutil.STATUS_STOPPED)
    state = next(part for part in status(own_stack) if part.name == "redis-cache")
    assert (state.state, state.reason) == ("unhealthy", "frozen (stopped by a signal)")
    up(own_stack)
    assert _process(own_stack, "redis-cache") == before
    _assert_all_running(own_stack)


def test_up_after_everything_was_killed_finds_all_data_again(own_stack: StackSettings) -> None:
    _elasticsearch(own_stack, "PUT", "/kept/_doc/1", {"title": "kept"})
    _postgres(own_stack, "CREATE TABLE kept AS SELECT 42 AS answer")
    with _state_redis(own_stack) as client:
        client.set("kept", "yes")
        assert client.execute_command("WAITAOF", 1, 0, 5000)[0] == 1
    killed = registry(own_stack).processes
    for process in killed:
        _kill(process)
    assert {part.state for part in status(own_stack)} == {"stopped"}
    up(own_stack)
    _assert_all_running(own_stack)
    assert not any(is_running(process) for process in killed)
    assert b'{"title": "kept"}' in _elasticsearch(own_stack, "GET", "/kept/_doc/1")
    assert _postgres(own_stack, "SELECT answer FROM kept") == 42
    with _state_redis(own_stack) as client:
        assert client.get("kept") == "yes"


def test_down_ends_what_nobody_remembers_and_keeps_data(own_stack: StackSettings) -> None:
    processes = registry(own_stack).processes
    own_stack.stack_file.unlink()
    assert len(find_stragglers(own_stack)) >= len(layout.PARTS)
    down(own_stack)
    assert not any(is_running(process) for process in processes)
    assert find_stragglers(own_stack) == ()
    assert (own_stack.part_dir("postgres") / "cluster" / "PG_VERSION").read_text().strip() == "18"
    assert {part.state for part in status(own_stack)} == {"stopped"}
    assert down(own_stack) == ()


def test_up_that_fails_ends_what_it_started(own_stack: StackSettings) -> None:
    port = layout.POSTGRES.proxy_port(own_stack.port_base)
    assert port is not None
    with socket.create_server((HOST, port)), pytest.raises(PortTaken) as error:
        up(own_stack)
    assert f"process {os.getpid()} (" in error.value.what
    assert registry(own_stack).processes == ()
    assert find_stragglers(own_stack) == ()


def _start_up(settings: StackSettings) -> subprocess.Popen[bytes]:
    """An `up` in a process of its own, caught while Elasticsearch starts."""
    base = str(settings.port_base)
    home = settings.state_dir.parent / "home"
    command = [sys.executable, "-m", "stack", "up", "--home", str(home), "--port-base", base]
    return subprocess.Popen([*command, "--programs", str(settings.programs_dir)], stdout=subprocess.PIPE)


def _caught_up(settings: StackSettings) -> tuple[subprocess.Popen[bytes], StackSettings]:
    base = settings.port_base
    running = _start_up(settings)
    caught = StackSettings(
        settings.programs_dir, settings.state_dir.parent / "home" / "stacks" / str(base), base
    )
    wait_until(lambda: "elasticsearch" in _pids(caught))
    return running, caught


def test_an_interrupted_up_ends_what_it_started(own_stack: StackSettings) -> None:
    running, caught = _caught_up(own_stack)
    started = registry(caught).processes
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode != 0
    assert registry(caught).processes == ()
    assert not any(is_running(process) for process in started)
    assert find_stragglers(caught) == ()
    assert caught.log_file("elasticsearch").exists()


def test_down_ends_what_a_killed_up_started(own_stack: StackSettings) -> None:
    running, caught = _caught_up(own_stack)
    running.kill()
    running.communicate()
    started = registry(caught).processes
    assert any(is_running(process) for process in started)
    down(caught, wipe=True)
    assert not any(is_running(process) for process in started)
    assert find_stragglers(caught) == ()
    assert not caught.data_dir.exists()
    assert not caught.stack_file.exists()

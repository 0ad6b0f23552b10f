"""A Toxiproxy that hangs, was restarted, or has ended does not keep a fault from being healed."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from chaos.address import Address
from chaos.faults import make_fault
from chaos.healing import HealState
from chaos.history import History
from chaos.injection import Injection
from chaos.processes.tree import has_ended
from chaos.targets.proxy import find_proxy
from chaos.targets.settings import TargetSettings
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxic, Toxiproxy
from chaos.undo import heal
from evidence.home import Home
from evidence.timeline import TimelineEventName, read_timeline
from evidence.undo_record import left_broken
from tests.chaos.bench import unused_port
from tests.chaos.process.real_bench import RealBench
from tests.chaos.samples import SAMPLES
from tests.chaos.waiting import wait_for
from tests.conftest import RealStack

pytestmark = pytest.mark.stack

NETWORK = ("refused", "latency")
GONE_WITHIN_S = 2.0


@pytest.fixture
def bench(real_stack: RealStack, tmp_path: Path) -> Iterator[RealBench]:
    made = RealBench(tmp_path, real_stack)
    yield made
    made.heal()


def toxiproxy_of(bench: RealBench) -> psutil.Process:
    return psutil.Process(bench.process("toxiproxy").pid)


def assert_healed(bench: RealBench) -> None:
    """All of it, and soon: whatever Toxiproxy does, a fault is gone 2 s after the end of its runner."""
    begun_ns = bench.timing.clock.now_ns()
    (healing,) = bench.heal().healings
    assert healing.state is HealState.HEALED, healing.detail
    (healed_ns,) = [
        one.at_ns for one in read_timeline(bench.timeline_file) if one.event is TimelineEventName.HEALED
    ]
    assert (healed_ns - begun_ns) / 1e9 < GONE_WITHIN_S
    assert all(proxy.enabled and not proxy.toxics for proxy in bench.toxiproxy.proxies())
    assert {proxy.name for proxy in bench.toxiproxy.proxies()} == {
        "elasticsearch",
        "postgres",
        "redis-cache",
        "redis-state",
    }
    assert left_broken(bench.home.undo_file) == ()


@pytest.mark.parametrize("fault", NETWORK)
def test_one_that_is_stopped_goes_on_and_heals(bench: RealBench, fault: str) -> None:
    bench.inject(fault)
    toxiproxy = toxiproxy_of(bench)
    toxiproxy.send_signal(signal.SIGSTOP)
    assert_healed(bench)
    assert toxiproxy_of(bench) == toxiproxy
    assert TimelineEventName.FAILED not in bench.steps(), "nobody can tell that the fault did not last"


@pytest.mark.parametrize("fault", NETWORK)
def test_one_that_has_ended_is_started_again(bench: RealBench, fault: str) -> None:
    bench.inject(fault)
    toxiproxy = toxiproxy_of(bench)
    toxiproxy.kill()
    wait_for(lambda: has_ended(toxiproxy), "it has ended")
    assert_healed(bench)
    assert toxiproxy_of(bench) != toxiproxy
    assert TimelineEventName.FAILED in bench.steps(), "the fault ended with it, at a time that nobody knows"


@pytest.mark.parametrize("fault", NETWORK)
def test_one_that_accepts_no_connection_any_more_is_started_again(bench: RealBench, fault: str) -> None:
    """It has no descriptor left: the kernel takes connections for it, and nobody answers on them."""
    bench.inject(fault)
    toxiproxy = toxiproxy_of(bench)
    # By the user whose process it is: in a container even root may not.
    command = ("prlimit", f"--pid={toxiproxy.pid}", "--nofile=1:")
    subprocess.run(command, user=toxiproxy.uids().real, group=toxiproxy.gids().real, check=True)
    assert_healed(bench)
    assert toxiproxy_of(bench) != toxiproxy
    assert any("restarted" in str(one.detail.get("repaired")) for one in read_timeline(bench.timeline_file))


def test_one_that_was_started_again_has_no_fault_left(bench: RealBench) -> None:
    bench.inject("latency")
    RealBench(bench.path / "other", bench.stack).inject(
        "killed", replace(SAMPLES["killed"], target="toxiproxy")
    )
    RealBench(bench.path / "other", bench.stack).heal()
    assert_healed(bench)


@pytest.fixture
def lone(bench: RealBench) -> Iterator[Toxiproxy]:
    """A Toxiproxy of nobody's stack, without a file of proxies."""
    port = unused_port()
    program = bench.process("toxiproxy").argv[0]
    command = (program, "-host", "127.0.0.1", "-port", str(port))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        toxiproxy = Toxiproxy(Address("127.0.0.1", port))
        wait_for(lambda: answers(toxiproxy), "it answers")
        yield toxiproxy
        process.kill()


def answers(toxiproxy: Toxiproxy) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((toxiproxy.admin.host, toxiproxy.admin.port)) == 0


def test_a_proxy_that_is_missing_is_made_anew(bench: RealBench, lone: Toxiproxy, tmp_path: Path) -> None:
    """A foreign Toxiproxy that was restarted without its proxies: its record tells all that each was."""
    listen = f"[::]:{unused_port()}"
    own = Toxic("of-its-owner", "latency", "upstream", {"latency": 5, "jitter": 0}, toxicity=0.5)
    upstream = f"127.0.0.1:{bench.process('redis-cache').ports[0]}"
    lone.remake("orders", listen, upstream, (own,))
    timing, undo_home = Timing.real(), Home(tmp_path, tmp_path / "lone", 21000)
    whereabouts = Whereabouts(lone, tmp_path / "stack.json", {"orders": TargetSettings(dialect="redis")})
    history = History(tmp_path / "lone.jsonl", "chaos", timing.clock)
    injection = Injection("test", whereabouts, undo_home.undo_file, history, timing)
    injection.break_all(make_fault("refused", {}), ["orders"])
    lone.remove("orders")
    (healing,) = heal(undo_home, timing).healings
    assert healing.state is HealState.HEALED, healing.detail
    made = lone.proxy("orders")
    assert (made.listen, made.upstream, made.enabled, made.toxics) == (listen, upstream, True, (own,))


def test_a_fault_beside_it_is_nothing_that_its_owner_had(bench: RealBench) -> None:
    bench.inject("latency")
    target = find_proxy(bench.whereabouts, "redis-cache")
    assert bench.toxiproxy.proxy("redis-cache").toxics != ()
    assert target.own_toxics == ()


def test_a_client_that_does_not_read_does_not_keep_a_fault(bench: RealBench) -> None:
    """Toxiproxy waits for it before it takes a toxic off: for as long as the client likes."""
    bench.inject("latency")
    state = bench.toxiproxy.proxy("redis-cache")
    address = bench.toxiproxy.address_of(state)
    with socket.create_connection((address.host, address.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        word = b"x" * 400_000
        client.sendall(b"*2\r\n$4\r\nECHO\r\n$400000\r\n" + word + b"\r\n")
        client.settimeout(0.2)
        for _ in range(50):
            try:
                client.sendall(b"*2\r\n$4\r\nECHO\r\n$400000\r\n" + word + b"\r\n")
            except TimeoutError:
                break
        assert_healed(bench)

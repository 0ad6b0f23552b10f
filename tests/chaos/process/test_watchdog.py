"""When a runner dies, its watchdog heals what it had broken; when that dies too, the next healing does."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from chaos.healing import Healer, HealState
from chaos.timing import Timing
from chaos.undo import heal_orphans
from chaos.watchdog.lease import LEASE_S, LONGEST_LEASE_S, Lease
from chaos.watchdog.runner import Runner, end_of, parse_runner, runner_of, this_runner
from chaos.watchdog.watchdog import Orders, Watchdog
from evidence.timeline import TimelineEventName
from evidence.undo_record import left_broken
from tests.chaos.process.foreign_server import ForeignServer
from tests.chaos.process.runner import FAULTS, RunnerProcess
from tests.chaos.waiting import wait_for

HEALS_WITHIN_S = 2.0


@pytest.fixture
def runner(server: ForeignServer, request: pytest.FixtureRequest) -> Iterator[RunnerProcess]:
    faults = getattr(request, "param", ("frozen",))
    made = RunnerProcess(server, *faults)
    yield made
    with suppress(psutil.NoSuchProcess, FileNotFoundError, Exception):
        made.watchdog.kill()
    made.end()


def nothing_left(server: ForeignServer) -> bool:
    return left_broken(server.home.undo_file) == ()


@pytest.mark.parametrize(
    "runner", [("frozen",), ("slowed",), ("killed",), ("frozen", "killed")], indirect=True
)
def test_what_a_killed_runner_had_broken_is_healed(server: ForeignServer, runner: RunnerProcess) -> None:
    watchdog = runner.watchdog
    runner.kill()
    killed_s = time.monotonic()
    process = wait_for(lambda: sound(server), "the server goes on")
    assert time.monotonic() - killed_s < HEALS_WITHIN_S
    assert process.status() != psutil.STATUS_STOPPED
    wait_for(lambda: nothing_left(server), "the undo is struck off")
    with suppress(psutil.NoSuchProcess):
        watchdog.wait(timeout=10)
    healed = [one for one in server.events() if one.event is TimelineEventName.HEAL_VERIFIED]
    assert {one.writer for one in healed} == {"watchdog"}
    assert not Lease(runner.runner, server.home.undo_file).file.exists()


def sound(server: ForeignServer) -> psutil.Process | None:
    """The server, once it runs and nothing of it is stopped."""
    with suppress(psutil.NoSuchProcess, AssertionError):
        process = server.process()
        family = (process, *process.children(recursive=True))
        return process if all(one.status() != psutil.STATUS_STOPPED for one in family) else None
    return None


def test_a_runner_that_lives_is_left_alone(server: ForeignServer, runner: RunnerProcess) -> None:
    assert runner.watchdog.is_running()
    assert runner.watchdog.ppid() != runner.process.pid
    assert heal_orphans(server.home, Timing.real()) == ()
    assert len(left_broken(server.home.undo_file)) == 1
    left_s = (runner.lease.ends_monotonic_ns - time.monotonic_ns()) / 1e9
    assert 0 < left_s <= LEASE_S < LONGEST_LEASE_S


def test_when_the_watchdog_is_killed_too_the_next_start_heals(
    server: ForeignServer, runner: RunnerProcess
) -> None:
    runner.watchdog.kill()
    runner.kill()
    wait_for(lambda: not runner.runner.lives, "the runner is dead")
    assert server.process().status() == psutil.STATUS_STOPPED
    (healing,) = heal_orphans(server.home, Timing.real())
    assert healing.state is HealState.HEALED
    assert sound(server)
    assert nothing_left(server)


def test_a_watchdog_that_is_told_to_end_heals_first(server: ForeignServer, runner: RunnerProcess) -> None:
    watchdog = runner.watchdog
    watchdog.send_signal(signal.SIGINT)  # of a terminal, meant for the runner
    watchdog.send_signal(signal.SIGTERM)
    wait_for(lambda: sound(server), "the server goes on")
    with suppress(psutil.NoSuchProcess):
        watchdog.wait(timeout=10)
    assert nothing_left(server)


def test_a_lease_that_ends_is_healed_and_the_runner_watched_on(server: ForeignServer) -> None:
    """A lease that nobody extends any more, as when the runner is stopped."""
    runner = this_runner()
    server.inject("frozen", FAULTS["frozen"])
    Lease(runner, server.home.undo_file).write(time.monotonic_ns(), None)
    orders = Orders()
    watchdog = Watchdog(runner, server.home.undo_file, Timing.real())
    watching = threading.Thread(target=watchdog.watch, args=(orders,))
    watching.start()
    wait_for(lambda: sound(server), "the server goes on")
    wait_for(lambda: nothing_left(server), "the undo is struck off")
    assert watching.is_alive()
    orders.heal_now = True
    watching.join(timeout=10)
    assert not watching.is_alive()


def test_a_runner_whose_supervisor_has_died_is_interrupted_and_healed(
    server: ForeignServer, runner: RunnerProcess
) -> None:
    """As a game day that was killed: nobody looks any more whether users suffer too much."""
    supervisor = subprocess.Popen(("sleep", "600"))
    supervised_by = runner_of(supervisor.pid)
    watchdog = Watchdog(runner.runner, server.home.undo_file, Timing.real(), supervised_by)
    runner.watchdog.kill()  # it knows of no supervisor
    orders = Orders()
    watching = threading.Thread(target=watchdog.watch, args=(orders,))
    watching.start()
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            runner.process.wait(timeout=1.0)  # it looks twice a second
        supervisor.kill()
        supervisor.wait()
        killed_s = time.monotonic()
        wait_for(lambda: sound(server), "the server goes on")
        assert time.monotonic() - killed_s < HEALS_WITHIN_S
        assert runner.process.wait(timeout=10) != 0, "it was interrupted"
        wait_for(lambda: nothing_left(server), "the undo is struck off")
    finally:
        orders.heal_now = True
        watching.join(timeout=20)
        supervisor.kill()
        supervisor.wait()
    assert not watching.is_alive()


def test_several_healers_at_once_heal_each_fault_once(server: ForeignServer) -> None:
    server.inject("killed", FAULTS["killed"])
    records = left_broken(server.home.undo_file)
    outcomes: list[HealState] = []

    def heal() -> None:
        healer = Healer(server.home.undo_file, "heal", Timing.real())
        outcomes.extend(one.state for one in healer.heal_all(records))

    healers = [threading.Thread(target=heal) for _ in range(4)]
    for one in healers:
        one.start()
    for one in healers:
        one.join()
    assert outcomes == [HealState.HEALED] * 4
    told = [one.event for one in server.events()]
    assert told.count(TimelineEventName.HEALING) == told.count(TimelineEventName.HEAL_VERIFIED) == 1
    servers = [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == list(server.command)]
    assert len(servers) == 1


def test_a_runner_is_known_by_more_than_its_pid(tmp_path: Path) -> None:
    me = this_runner()
    assert parse_runner(str(me)) == me
    assert me.lives
    assert not Runner(me.pid, me.created_at_s - 100).lives
    assert Runner(me.pid, me.created_at_s - 100, me.birth).lives, "only the time of day was set"
    assert not Runner(me.pid, me.created_at_s, "another boot:1").lives
    assert parse_runner("") is None
    assert parse_runner("4711") is None
    with end_of(Runner(me.pid, me.created_at_s - 100)) as end:
        assert end.within(10)
    with end_of(me) as end:
        assert not end.within(0)


def test_a_damaged_lease_is_over(tmp_path: Path) -> None:
    lease = Lease(this_runner(), tmp_path / "undo.jsonl")
    assert lease.left_s(0) == 0
    lease.write(5_000_000_000, None)
    assert lease.left_s(2_000_000_000) == 3
    lease.file.write_text("{")
    assert lease.left_s(2_000_000_000) == 0
    lease.end()
    lease.end()

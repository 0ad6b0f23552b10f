"""A process that is no part of the stack: by its pid file, with a restart command of the experiment's own."""

import psutil
import pytest

from chaos.errors import InvalidArgumentError, ProcessGoneError
from chaos.healing import HealState
from evidence.undo_record import left_broken
from tests.chaos.process.foreign_server import ForeignServer
from tests.chaos.samples import Sample

FAULTS = {
    "frozen": Sample("server"),
    "slowed": Sample("server", {"running_share": 0.3, "period_ms": 300}),
    "killed": Sample("server"),
}


@pytest.mark.parametrize("door", [True, False], ids=["asked", "not asked"])
@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_felt_and_healed_from_its_record_alone(server: ForeignServer, fault: str, door: bool) -> None:
    before = server.process()
    try:
        server.inject(fault, FAULTS[fault], server.whereabouts(door=door))
    finally:
        (healing,) = server.heal().healings
    assert healing.state is HealState.HEALED, healing.detail
    after = server.process()
    assert (after == before) is (fault != "killed")
    assert all(one.status() != psutil.STATUS_STOPPED for one in (after, *after.children()))
    assert left_broken(server.home.undo_file) == ()
    assert server.heal().healings == ()


def test_a_frozen_process_takes_its_children_with_it(server: ForeignServer) -> None:
    process = server.process()
    server.inject("frozen", FAULTS["frozen"])
    assert {one.status() for one in (process, *process.children())} == {psutil.STATUS_STOPPED}
    assert len(process.children()) == 1
    server.heal()
    assert {one.status() for one in (process, *process.children())}.isdisjoint({psutil.STATUS_STOPPED})


def test_what_could_not_be_started_again_is_not_killed(server: ForeignServer) -> None:
    before = server.process()
    with pytest.raises(InvalidArgumentError, match="how it is started again"):
        server.inject("killed", FAULTS["killed"], server.whereabouts(restart=False))
    assert server.process() == before
    assert left_broken(server.home.undo_file) == ()


def test_a_foreign_process_is_not_altered(server: ForeignServer) -> None:
    before = server.process()
    with pytest.raises(InvalidArgumentError, match="is foreign"):
        server.inject("restarted-with", Sample("server", {"environment": {"A": "b"}}))
    assert server.process() == before


def test_a_frozen_process_that_was_killed_is_told_as_gone(server: ForeignServer) -> None:
    server.inject("frozen", FAULTS["frozen"])
    for one in (*server.process().children(), server.process()):
        one.kill()
    (healing,) = server.heal().healings
    assert healing.state is HealState.GONE
    with pytest.raises(ProcessGoneError):
        server.target()


def test_a_process_that_is_frozen_and_killed_runs_again(server: ForeignServer) -> None:
    server.inject("frozen", FAULTS["frozen"], server.whereabouts(door=False))
    server.inject("killed", FAULTS["killed"], server.whereabouts(door=False))
    assert [one.state for one in server.heal().healings] == [HealState.HEALED, HealState.HEALED]
    assert server.process().status() != psutil.STATUS_STOPPED


def test_processes_of_a_slowed_one_go_on_when_its_holder_was_killed(server: ForeignServer) -> None:
    process = server.process()
    server.inject("slowed", FAULTS["slowed"])
    (holder,) = (one for one in psutil.process_iter(["cmdline"]) if _holds(one, server))
    holder.kill()
    (healing,) = server.heal().healings
    assert healing.state is HealState.HEALED
    assert {one.status() for one in (process, *process.children())}.isdisjoint({psutil.STATUS_STOPPED})


def _holds(process: psutil.Process, server: ForeignServer) -> bool:
    line = " ".join(process.info["cmdline"] or ())
    return "chaos.holding" in line and str(server.pid_file) in line

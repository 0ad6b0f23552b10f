"""A process is told from a later one with its pid, and from itself by nobody who sets the clock."""

import os
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest

from chaos.faults.fault import Mark
from chaos.faults.process.frozen import Frozen
from chaos.processes.birth import birth_of
from chaos.processes.launching import Launch, bare_environment, launching
from chaos.processes.subject import present
from chaos.processes.tree import Belonging, is_stopped, kill_all, members
from chaos.targets.process import PROCESS, ProcessTarget
from tests.chaos.process.foreign_server import ForeignServer
from tests.chaos.waiting import wait_for

LONG_AGO_S = 1000.0


@pytest.fixture
def leader() -> Iterator[psutil.Process]:
    """Of a session of its own."""
    sleeping = Launch(("sleep", "60"), cwd="/", environment=bare_environment({}), log_file="/dev/null")
    with launching(sleeping) as process:
        pass
    wait_for(lambda: process.name() == "sleep", "it has begun")
    yield process
    kill_all((process,))


def test_the_session_of_a_dead_leader_is_not_that_of_whoever_has_its_pid_next(leader: psutil.Process) -> None:
    assert os.getsid(leader.pid) == leader.pid
    its_own = Belonging(leader.pid, leader.create_time())
    assert members(None, its_own) == (leader,)
    earlier = Belonging(leader.pid, leader.create_time() - LONG_AGO_S)
    assert members(None, earlier) == ()
    assert members(None, replace(earlier, birth="another boot:1")) == ()


def test_a_pid_file_that_was_left_names_nobody(server: ForeignServer) -> None:
    target = server.target()
    assert present(target) == server.process()
    reused = replace(target, created_at_s=target.created_at_s - LONG_AGO_S, birth="another boot:1")
    assert present(reused) is None


def stepped(target: ProcessTarget) -> ProcessTarget:
    """As its record reads once the time of day was set back or forward."""
    recorded = dict(target.parameters()) | {"created_at_s": repr(target.created_at_s - LONG_AGO_S)}
    return PROCESS.read(recorded, "test")


def test_a_frozen_process_goes_on_although_the_time_of_day_was_set(server: ForeignServer) -> None:
    target = server.target()
    fault, mark = Frozen(), Mark("test")
    fault.inject(target, mark)
    try:
        assert fault.in_place(stepped(target), mark)
        fault.heal(stepped(target), mark)
        assert not is_stopped(server.process())
    finally:
        fault.heal(target, mark)


def test_each_process_has_a_birth_of_its_own(leader: psutil.Process) -> None:
    assert birth_of(leader.pid) == birth_of(leader.pid) != ""
    assert birth_of(os.getpid()) != birth_of(leader.pid)
    assert birth_of(2**22 + 1) == "", "no pid is that high"

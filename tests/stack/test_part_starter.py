"""Starting one part."""

import errno
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stack import (
    Cancelled,
    DiskFull,
    ManagedProcess,
    PartFailed,
    PortTaken,
    StackSettings,
    is_running,
    registry,
)
from stack.cancellation import Cancellation
from stack.layout import HOST
from stack.part_starter import PartStarter
from stack.parts import PartContext
from stack.starting import stack_registry
from stack.stopping import down
from tests.stack.made_part import ANSWERING, SILENT, MadePart
from tests.stack.waiting import wait_until


@pytest.fixture
def context(open_folder: Path) -> Iterator[PartContext]:
    """A stack with one made part."""
    settings = StackSettings(open_folder / "programs", open_folder, port_base=24600)
    yield PartContext(settings, {})
    down(settings)


def _made(context: PartContext, script: str = ANSWERING, ready_timeout_s: float = 20.0) -> MadePart:
    return MadePart(script, context.settings.part_dir("made"), ready_timeout_s=ready_timeout_s)


def _ensure(part: MadePart, context: PartContext, cancellation: Cancellation | None = None) -> ManagedProcess:
    starter = PartStarter(stack_registry(context.settings), cancellation or Cancellation())
    starter.ensure(part, context, lambda _: None)
    process = registry(context.settings).process("made")
    assert process is not None
    return process


def test_a_part_that_answers_is_left_alone(context: PartContext) -> None:
    first = _ensure(_made(context), context)
    assert _ensure(_made(context), context) == first
    assert is_running(first)


def test_a_part_that_was_killed_is_started(context: PartContext) -> None:
    first = _ensure(_made(context), context)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: not is_running(first))
    second = _ensure(_made(context), context)
    assert second.pid != first.pid
    assert is_running(second)


def test_a_frozen_part_goes_on(context: PartContext) -> None:
    first = _ensure(_made(context), context)
    os.kill(first.pid, signal.SIGSTOP)
    assert _ensure(_made(context), context) == first


def test_a_part_that_runs_with_other_settings_is_started_anew(context: PartContext) -> None:
    first = _ensure(_made(context), context)
    second = _ensure(_made(context), replace(context, settings=replace(context.settings, nice=11)))
    assert not is_running(first)
    assert second.nice == 11


def test_a_part_that_ends_while_it_starts_is_told_with_its_last_words(context: PartContext) -> None:
    part = _made(context, "echo 'the data folder is odd' >&2; exit 3")
    for _ in range(2):
        with pytest.raises(PartFailed) as error:
            _ensure(part, context)
        assert "exit code 3" in error.value.what
        assert error.value.what.count("the data folder is odd") == 1  # what earlier starts wrote is left out
        assert error.value.where == str(context.settings.log_file("made"))


def test_a_part_that_never_answers_is_told(context: PartContext) -> None:
    part = _made(context, SILENT, ready_timeout_s=0.5)
    with pytest.raises(PartFailed, match=r"no answer within 0\.5 s"):
        _ensure(part, context)


def test_a_part_that_finds_the_disk_full_is_told_so(context: PartContext) -> None:
    part = _made(context, f"echo cannot write: {os.strerror(errno.ENOSPC)}; exit 1")
    with pytest.raises(DiskFull) as error:
        _ensure(part, context)
    assert error.value.where == str(context.settings.state_dir)


def test_a_part_whose_port_is_taken_is_not_started(context: PartContext) -> None:
    with socket.create_server((HOST, 24605)), pytest.raises(PortTaken, match="port 24605, which Made needs"):
        _ensure(_made(context), context)
    assert registry(context.settings).processes == ()


def test_waiting_for_a_part_ends_when_everyone_is_to_stop(context: PartContext) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    part = _made(context, SILENT, ready_timeout_s=600)
    with pytest.raises(Cancelled):
        _ensure(part, context, cancellation)
    # It is registered all the same: whoever cleans up finds it.
    (process,) = registry(context.settings).processes
    wait_until(lambda: is_running(process))

"""What is missing is told before anything is started, and nothing is made by looking."""

import os
import socket
from pathlib import Path

import pytest

from stack import HOST, Finding, Fitness, StackSettings, examine
from stack.programs import JAVA, ProgramStore
from tests.conftest import RealStack

PLENTY_BYTES = 100_000_000_000


@pytest.fixture
def settings(open_folder: Path) -> StackSettings:
    """Of a stack that was never started."""
    return StackSettings(open_folder / "programs", open_folder / "state", port_base=24700)


def found(
    settings: StackSettings, free: int = PLENTY_BYTES, available: int = PLENTY_BYTES
) -> tuple[Finding, ...]:
    return examine(settings, probe=lambda _folder: free, available_bytes=lambda: available)


def of(findings: tuple[Finding, ...], subject: str) -> Finding:
    return next(one for one in findings if one.subject == subject)


def test_of_a_machine_that_never_started_a_stack_programs_are_to_be_had(settings: StackSettings) -> None:
    told = found(settings)
    assert {one.fitness for one in told} == {Fitness.THERE, Fitness.TO_BE_HAD}
    java = of(told, "Java")
    assert java.fitness is Fitness.TO_BE_HAD
    assert "220 MB" in java.told
    assert "registries" in java.next_step
    assert not settings.programs_dir.exists()
    assert not settings.state_dir.exists()


def test_a_program_that_is_there_is_told(settings: StackSettings) -> None:
    ProgramStore(settings.programs_dir).folder(JAVA).mkdir(parents=True)
    assert of(found(settings), "Java") == Finding("Java", Fitness.THERE, JAVA.folder_name)


@pytest.mark.parametrize(
    ("subject", "free", "available", "told"),
    [
        ("disk", 1_789_000_000, PLENTY_BYTES, "needs 1790 MB, 1789 MB are free"),
        ("memory", PLENTY_BYTES, 2_000_000_000, "2,000 MB are available, 2,236 MB are needed"),
    ],
)
def test_too_little_room_is_told_with_both_figures(
    settings: StackSettings, subject: str, free: int, available: int, told: str
) -> None:
    finding = of(found(settings, free, available), subject)
    assert finding.fitness is Fitness.LACKING
    assert told in finding.told
    assert finding.next_step


def test_who_has_a_port_is_told(settings: StackSettings) -> None:
    with socket.socket() as other:
        other.bind((HOST, settings.port_base + 3))
        other.listen()
        finding = of(found(settings), "ports")
    assert finding.fitness is Fitness.LACKING
    assert f"Redis (cache) needs, is taken by process {os.getpid()}" in finding.told
    assert of(found(settings), "ports").fitness is Fitness.THERE


def test_a_folder_that_cannot_be_made_is_told(settings: StackSettings, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    broken = StackSettings(file / "programs", settings.state_dir, settings.port_base)
    finding = of(found(broken), "folders")
    assert (finding.fitness, str(file / "programs") in finding.told) == (Fitness.LACKING, True)


@pytest.mark.stack
def test_of_a_stack_that_runs_nothing_is_missing(real_stack: RealStack) -> None:
    told = examine(real_stack.settings, available_bytes=lambda: 0)
    assert {one.fitness for one in told} == {Fitness.THERE}
    assert of(told, "ports").told.endswith("all parts run")

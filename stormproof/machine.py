"""What load and faults need of a machine, beside the stack; found without changing anything."""

import resource
from collections.abc import Callable
from pathlib import Path

from chaos.errors import InvalidArgumentError
from chaos.faults.process.clock_step import find_library
from evidence.machine import this_machine
from evidence.run_record import Machine
from stack import Finding, Fitness

LEAST_CORES = 2
"""What runs on fewer is slow because its generator is: such runs end INVALID."""
LEAST_OPEN_FILES = 4096
"""A target that hangs holds every request until its timeout: 400 requests/s for ten seconds."""


def open_files() -> int:
    """The most that this user may open; a generator raises its own limit so far."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 1 << 30 if hard == resource.RLIM_INFINITY else hard


def examine_machine(
    *,
    machine: Callable[[], Machine] = this_machine,
    files: Callable[[], int] = open_files,
    find_faketime: Callable[[], Path] = find_library,
) -> tuple[Finding, ...]:
    """What is there, and what is not."""
    return _cores(machine().cores), _files(files()), _faketime(find_faketime)


def _cores(number: int) -> Finding:
    if number >= LEAST_CORES:
        return Finding("cores", Fitness.THERE, f"{number} to run on")
    next_step = f"Take a machine with {LEAST_CORES} cores: generator, service and stack share them."
    return Finding("cores", Fitness.LACKING, "1 to run on", next_step)


def _files(most: int) -> Finding:
    told = "any number may be open" if most >= 1 << 30 else f"{most:,} may be open"
    if most >= LEAST_OPEN_FILES:
        return Finding("files", Fitness.THERE, told)
    told = f"{told}, {LEAST_OPEN_FILES:,} are held while a target hangs"
    return Finding("files", Fitness.LACKING, told, f"Raise the hard limit: ulimit -Hn {LEAST_OPEN_FILES}")


def _faketime(find: Callable[[], Path]) -> Finding:
    try:
        return Finding("libfaketime", Fitness.THERE, str(find()))
    except InvalidArgumentError:
        told = "only the fault clock-step needs it"
        return Finding("libfaketime", Fitness.TO_BE_HAD, told, "Debian: apt install faketime.")

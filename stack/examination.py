"""What a stack needs that this machine may lack; found without starting, making or changing anything."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import psutil

from stack import layout
from stack.disk import MEGABYTE, FreeSpaceProbe, free_bytes, nearest_existing
from stack.errors import StackError
from stack.parts import StackPart, dependency_parts, toxiproxy_part
from stack.port_check import require_free_port
from stack.process import find_process
from stack.programs import Program, ProgramStore
from stack.registry import StackState
from stack.room import programs_of, require_room
from stack.settings import StackSettings
from stack.starting import stack_registry
from stack.unprivileged_user import require_reachable

_BESIDE_ELASTICSEARCH_MB = 700
"""Of the other parts at rest 150 MB, of the service 150 MB, of a generator 135 MB
(docs/measurements.md); and room."""


class Fitness(StrEnum):
    """Whether something that is needed is there."""

    THERE = "there"
    TO_BE_HAD = "to be had"
    """It is got without anybody's doing, or only some need it."""
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is needed."""

    subject: str
    fitness: Fitness
    told: str
    next_step: str = ""
    """What to do about it; empty where there is nothing to do."""


def examine(
    settings: StackSettings,
    *,
    probe: FreeSpaceProbe = free_bytes,
    available_bytes: Callable[[], int] = lambda: int(psutil.virtual_memory().available),
) -> tuple[Finding, ...]:
    """What `up` would need now. Raises StateUnreadable."""
    store = ProgramStore(settings.programs_dir, probe=probe)
    state = stack_registry(settings).read()
    parts = (*dependency_parts(settings.profile), toxiproxy_part(settings.profile))
    stopped = tuple(part for part in parts if not _runs(state, part))
    return (
        _folders(settings),
        *(_program(store, program) for program in programs_of(parts)),
        _asked("disk", "has room for programs and data", lambda: require_room(settings, store, parts)),
        _memory(settings, available_bytes() // MEGABYTE, runs=len(stopped) < len(parts)),
        *_ports(settings, stopped),
    )


def _asked(subject: str, told: str, ask: Callable[[], object]) -> Finding:
    try:
        ask()
    except StackError as error:
        return Finding(subject, Fitness.LACKING, f"{error.what} ({error.where})", error.next_step)
    return Finding(subject, Fitness.THERE, told)


def _folders(settings: StackSettings) -> Finding:
    for folder in (settings.programs_dir, settings.state_dir):
        existing = nearest_existing(folder)
        if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            next_step = "Set STORMPROOF_HOME to a folder that this user can write."
            return Finding("folders", Fitness.LACKING, f"{folder} cannot be made in {existing}", next_step)
    told = f"programs in {settings.programs_dir}, data in {settings.state_dir}"
    return _asked("folders", told, partial(_require_reachable, settings))


def _require_reachable(settings: StackSettings) -> None:
    for folder in (settings.programs_dir, settings.state_dir):
        require_reachable(folder, settings.part_user)


def _program(store: ProgramStore, program: Program) -> Finding:
    if store.has(program):
        return Finding(program.title, Fitness.THERE, program.folder_name)
    return Finding(
        program.title,
        Fitness.TO_BE_HAD,
        f"{program.folder_name}: got by the first stormproof up, needs {program.needed_mb} MB",
        "The first stormproof up needs the package registries; behind a mirror set UV_DEFAULT_INDEX, GOPROXY "
        "and STORMPROOF_MAVEN_REPOSITORY.",
    )


def _memory(settings: StackSettings, available_mb: int, *, runs: bool) -> Finding:
    nodes = sum(part.name.startswith("elasticsearch") for part in layout.dependencies(settings.profile))
    needed_mb = 2 * settings.node_heap_mb * nodes + _BESIDE_ELASTICSEARCH_MB
    told = f"{available_mb:,} MB are available, {needed_mb:,} MB are needed"
    if runs or available_mb >= needed_mb:
        return Finding("memory", Fitness.THERE, f"{told}{', and the stack runs' if runs else ''}")
    return Finding("memory", Fitness.LACKING, told, "End what else uses memory, or take a larger machine.")


def _runs(state: StackState, part: StackPart) -> bool:
    process = state.process(part.layout.name)
    return process is not None and find_process(process) is not None


def _ports(settings: StackSettings, stopped: tuple[StackPart, ...]) -> Iterator[Finding]:
    """The first of each part that is taken; where none is, one for all."""
    base = settings.port_base
    asked = [_asked("ports", "", partial(_require_ports, part, base)) for part in stopped]
    taken = [one for one in asked if one.fitness is not Fitness.THERE]
    yield from taken
    if not taken:
        told = "those of stopped parts are free" if stopped else "all parts run"
        yield Finding("ports", Fitness.THERE, f"{base} to {base + 99}: {told}")


def _require_ports(part: StackPart, port_base: int) -> None:
    for port in part.ports(port_base):
        require_free_port(port, part.layout.title)

"""Starting a process of the stack again, from what `stack.json` says of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import psutil

from chaos.errors import GoneError, InvalidArgumentError
from chaos.processes.birth import birth_of
from chaos.processes.launching import Launch, account, bare_environment, launching
from chaos.processes.postgres_lock import clear_dead_lock
from chaos.processes.tree import Belonging, has_ended, kill_all, members
from chaos.watchdog.runner import Runner
from evidence.stack_file import open_stack
from evidence.stack_record import StackProcess, read_stack

_RESTARTED = ("part", "service")
"""Those that are started with a bare environment, and that no run's evidence comes from."""


@dataclass(frozen=True, slots=True)
class Alteration:
    """What is different from what is registered, for as long as a fault lasts."""

    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    arguments: tuple[str, ...] = ()
    """Further ones, at the end."""
    replaced: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Other arguments in the place of registered ones."""
    fault: str | None = None
    """Whose it is: the occurrence's id."""


UNALTERED = Alteration()


def find_registered(stack_file: Path, name: str) -> StackProcess:
    """What is registered under `name`. Raises GoneError where nothing is (any more), InvalidFile."""
    if stack_file.exists():
        for process in read_stack(stack_file).processes:
            if process.name == name:
                return process
    raise GoneError(
        f"The stack of {stack_file} has no process {name!r} any more: nothing is left to restart."
    )


def running(process: StackProcess) -> psutil.Process | None:
    """The process that is registered, where it runs; never a later one with its pid."""
    try:
        found = psutil.Process(process.pid)
        same = Runner(process.pid, process.created_at_s, process.birth).is_this(found)
    except psutil.NoSuchProcess:
        return None
    return found if same and not has_ended(found) else None


def belonging_of(process: StackProcess) -> Belonging:
    """By what its children are known. Parts have a folder of their own; a service shares its interpreter."""
    program = os.path.realpath(process.argv[0]) if process.role == "part" else None
    return Belonging(process.pid, process.created_at_s, process.birth, program, process.cwd)


def restart(stack_file: Path, name: str, nice: int | None = None, alteration: Alteration = UNALTERED) -> bool:
    """Start it if it does not run: whether that was needed. Its new pid is registered before it begins.

    `stack.json` goes on telling how it is started without the alteration. `nice` is what it shall have, the
    registered one where None. Raises GoneError, NotStartedError, InvalidArgumentError, NotAppliedError,
    InvalidFile, OSError.
    """
    find_registered(stack_file, name)
    with open_stack(stack_file) as stack:
        process = stack.process(name)
        if process is None:
            raise GoneError(f"{name} is no process of the stack in {stack_file} any more.")
        if process.role not in _RESTARTED:
            raise InvalidArgumentError(
                f"target {name!r} is a {process.role}: only parts of the stack and services are restarted."
            )
        if running(process) is not None:
            return False
        kill_all(members(None, belonging_of(process)))  # they would hold its port and its data
        clear_dead_lock(process)
        with launching(_launch(process, nice, alteration)) as begun:
            stack.runs_now_as(process, begun.pid, begun.create_time(), birth_of(begun.pid), alteration.fault)
    return True


def _launch(process: StackProcess, nice: int | None, alteration: Alteration) -> Launch:
    user_id, group_id = (None, None) if process.user is None else account(process.user)
    wanted_nice = process.nice if nice is None else nice
    return Launch(
        argv=(*(alteration.replaced.get(one, one) for one in process.argv), *alteration.arguments),
        cwd=process.cwd,
        environment=bare_environment({**process.environment, **alteration.environment}),
        log_file=process.log_file,
        user_id=user_id,
        group_id=group_id,
        nicer_by=max(0, wanted_nice - os.getpriority(os.PRIO_PROCESS, 0)),
    )

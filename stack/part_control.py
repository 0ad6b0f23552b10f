"""One part of a stack: killed, and started again as it should be."""

import signal
from contextlib import suppress

import psutil

from stack.cancellation import Cancellation
from stack.ending import kill_what_stays
from stack.errors import StackError
from stack.part_starter import PartStarter
from stack.parts import PartContext, StackPart, dependency_parts, toxiproxy_part
from stack.process import find_process
from stack.programs import ProgramStore
from stack.settings import StackSettings
from stack.starting import operation_lock, stack_registry


def kill_parts(settings: StackSettings, *names: str) -> None:
    """SIGKILL to all of them and their children at the same instant, as when their machine is lost.

    Returns when they are gone. Harmless when they are dead.
    """
    registered = [stack_registry(settings).read().process(name) for name in names]
    found = [find_process(process) for process in registered if process is not None]
    # Parents first: they must not put their house in order when children die.
    tree = [member for parent in found if parent is not None for member in _with_children(parent)]
    for member in tree:
        with suppress(psutil.NoSuchProcess):
            member.send_signal(signal.SIGKILL)
    kill_what_stays(tree, timeout_s=0)


def _with_children(parent: psutil.Process) -> tuple[psutil.Process, ...]:
    with suppress(psutil.NoSuchProcess):
        return (parent, *parent.children(recursive=True))
    return ()


def start_part(settings: StackSettings, name: str) -> None:
    """Start one part and return when it answers on its own port. Raises a StackError."""
    part = _find(settings, name)
    with operation_lock(settings):
        cancellation = Cancellation()
        store = ProgramStore(settings.programs_dir, cancellation)
        programs = {program.name: store.ensure(program, _silent) for program in part.programs}
        starter = PartStarter(stack_registry(settings), cancellation)
        starter.ensure(part, PartContext(settings, programs, cancellation), lambda _: None)


def _find(settings: StackSettings, name: str) -> StackPart:
    parts = (*dependency_parts(settings.profile), toxiproxy_part(settings.profile))
    for part in parts:
        if part.layout.name == name:
            return part
    raise StackError(
        f"the profile {settings.profile} has no part {name!r}",
        where=str(settings.stack_file),
        next_step=f"Name one of {', '.join(part.layout.name for part in parts)}.",
    )


def _silent(_step: str, _detail: str) -> None:
    pass

"""The process that a fault is about: as it was found, and as whatever runs in its place now."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from chaos.errors import GoneError, InvalidArgumentError, NotStartedError, ProcessGoneError
from chaos.processes.launching import Launch, bare_environment, launching
from chaos.processes.restart import Alteration, belonging_of, find_registered, restart, running
from chaos.processes.tree import Belonging, has_ended, members
from chaos.targets.process import ProcessTarget

_TAG = "STORMPROOF_FAULT"
"""In the environment of what the experiment's own command started, so that it is not started twice."""


def family(target: ProcessTarget) -> tuple[psutil.Process, ...]:
    """The process as it was found, with its children; where it is dead itself, those that it left."""
    return members(target.running(), _belonging(target))


def present(target: ProcessTarget) -> psutil.Process | None:
    """What runs under the target's name now: another process than was found, when it was restarted.

    Raises GoneError when the stack has nothing of that name any more.
    """
    if target.stack_file is not None:
        return running(find_registered(target.stack_file, target.name))
    return target.running() or _successor(target)


def present_family(target: ProcessTarget) -> tuple[psutil.Process, ...]:
    """That, with its children; none when it does not run."""
    now = present(target)
    return () if now is None else members(now, _belonging(target))


def is_altered(target: ProcessTarget, tag: str) -> bool:
    """What runs in its place was started by `alter`, with that tag. Raises GoneError, InvalidFile."""
    if target.stack_file is None:
        return False
    registered = find_registered(target.stack_file, target.name)
    return registered.fault == tag and running(registered) is not None


def start_again(target: ProcessTarget, before: Mapping[str, str], tag: str) -> None:
    """Start it if it does not run: as registered, or by the experiment's own command.

    Raises GoneError, NotStartedError, InvalidArgumentError, NotAppliedError, InvalidFile, OSError.
    """
    if target.stack_file is not None:
        nice = int(before["nice"]) if "nice" in before else None
        restart(target.stack_file, target.name, nice)
        return
    if present(target) is not None or _has_begun(tag):
        return
    environment = bare_environment({**_home(), _TAG: tag})
    command = Launch(target.restart, cwd="/", environment=environment, log_file="/dev/null")
    with launching(command):
        pass


def alter(target: ProcessTarget, before: Mapping[str, str], tag: str, alteration: Alteration) -> None:
    """Start a process of the stack with something different, registered as the fault's whose id `tag` is.

    Raises as `start_again`; NotStartedError where another has started it meanwhile.
    """
    if target.stack_file is None:
        raise InvalidArgumentError(
            f"target {target.name!r} is foreign: only processes of the stack can be altered."
        )
    altered = replace(alteration, fault=tag)
    if not restart(target.stack_file, target.name, int(before["nice"]), altered):
        raise NotStartedError(f"{target.name} was started by another while the fault was being made.")


def require_restartable(target: ProcessTarget) -> Mapping[str, str]:
    """What must be remembered to start it again as it was. Raises InvalidArgumentError, ProcessGoneError."""
    if target.stack_file is None and not target.restart:
        raise InvalidArgumentError(
            f"target {target.name!r} would stay dead: say in the experiment's configuration how it is "
            f"started again, as targets: {{{target.name}: {{pid_file: ..., restart: [/usr/bin/server]}}}}."
        )
    process = target.running()
    if process is None:
        raise ProcessGoneError(f"The process {target.name} (pid {target.pid}) has ended by itself.")
    return {"nice": str(process.nice())}


def _belonging(target: ProcessTarget) -> Belonging:
    if target.stack_file is not None:
        with suppress(GoneError):
            known = belonging_of(find_registered(target.stack_file, target.name))
            return Belonging(target.pid, target.created_at_s, target.birth, known.program, known.folder)
    return Belonging(target.pid, target.created_at_s, target.birth)


def _successor(target: ProcessTarget) -> psutil.Process | None:
    """What the pid file names by now. The pid of the one that ended is nobody's, whoever has it next."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        if target.pid_file is not None:
            pid = int(target.pid_file.read_text().split()[0])
            found = psutil.Process(pid)
            return None if pid == target.pid or has_ended(found) else found
    return None


def _has_begun(tag: str) -> bool:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(_TAG) == tag and not has_ended(process):
                return True
    return False


def _home() -> Mapping[str, str]:
    return {"HOME": str(Path.home())}

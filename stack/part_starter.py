"""One part: from its data folder to its answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from stack.cancellation import Cancellation
from stack.disk import disk_full
from stack.ending import end_processes, resume_tree
from stack.errors import PartFailed, StackError
from stack.parts import PartContext, StackPart, Unanswered
from stack.port_check import require_free_port
from stack.process import ProcessSpec, exit_code, find_process, start_process
from stack.registry import ManagedProcess, Registry
from stack.stragglers import end_stragglers
from stack.unprivileged_user import make_owned_folder

_POLL_S = 0.1
_ASK_TIMEOUT_S = 5.0
_SECOND_CHANCE_S = 10.0
"""How long a part that runs may fail to answer before it is started anew."""
_LOG_LINES = 12


@dataclass(frozen=True, slots=True)
class PartStarter:
    """Starts parts of one stack, and remembers which."""

    registry: Registry
    cancellation: Cancellation
    started: list[ManagedProcess] = field(default_factory=list)
    """What this starter started, in order; ended again when `up` fails."""

    def ensure(self, part: StackPart, context: PartContext, tell: Callable[[str], None]) -> None:
        """The part runs, as it should be now, and answers on its own port.

        Raises PartFailed, PortTaken, DiskFull, Cancelled.
        """
        spec = self._spec(part, context)
        running = self._running(spec)
        if running is not None and self._answers_still(part, context, running):
            return
        tell(f"starting {part.layout.title} {part.layout.version}")
        end_processes(self.registry, lambda process: process.name == part.layout.name)
        end_stragglers(context.settings, part.layout.name)
        make_owned_folder(context.settings.part_dir(part.layout.name), context.settings.part_user)
        part.prepare(context)
        for port in spec.ports:
            require_free_port(port, part.layout.title)
        log_start = spec.log_file.stat().st_size if spec.log_file.exists() else 0
        process = start_process(self.registry, spec)
        self.started.append(process)
        port = part.layout.port(context.settings.port_base)
        try:
            self.wait_until(
                lambda: part.ask(port, _ASK_TIMEOUT_S),
                timeout_s=part.ready_timeout_s,
                process=process,
            )
        except Unanswered as error:
            raise self._failure(part, process, spec.log_file, log_start, str(error)) from error

    def wait_until(
        self, ask: Callable[[], object], *, timeout_s: float, process: ManagedProcess | None = None
    ) -> None:
        """Ask until there is an answer. Raises Unanswered after `timeout_s`, or once `process` has ended."""
        deadline = time.monotonic() + timeout_s
        while True:
            self.cancellation.check()
            try:
                ask()
            except Unanswered as error:
                if process is not None and find_process(process) is None:
                    raise Unanswered(f"ended while it started (exit code {exit_code(process)})") from error
                if time.monotonic() >= deadline:
                    raise Unanswered(f"no answer within {timeout_s:g} s: {error}") from error
            else:
                return
            self.cancellation.sleep(_POLL_S)

    def _spec(self, part: StackPart, context: PartContext) -> ProcessSpec:
        settings, name, command = context.settings, part.layout.name, part.command(context)
        return ProcessSpec(
            name=name,
            role="part",
            argv=command.argv,
            cwd=settings.part_dir(name),
            environment=command.environment,
            bare_environment=True,
            user=settings.part_user,
            nice=settings.nice,
            ports=part.ports(settings.port_base),
            log_file=settings.log_file(name),
        )

    def _running(self, spec: ProcessSpec) -> ManagedProcess | None:
        """The registered process, if it runs and was started as it would be now."""
        process = self.registry.read().process(spec.name)
        if process is None or process.fault is not None or find_process(process) is None:
            return None
        same = (process.argv, dict(process.environment), process.user, process.nice) == (
            spec.argv,
            dict(spec.environment),
            spec.user,
            spec.nice,
        )  # fmt: skip -- the two sides stay beside each other
        return process if same else None

    def _answers_still(self, part: StackPart, context: PartContext, process: ManagedProcess) -> bool:
        found = find_process(process)
        if found is None:
            return False
        resume_tree(found)  # a fault may have frozen it
        age_s = time.time() - process.created_at_s
        # One that an interrupted command has just started gets the time that a start takes.
        patience_s = max(_SECOND_CHANCE_S, part.ready_timeout_s - age_s)
        port = part.layout.port(context.settings.port_base)
        try:
            self.wait_until(lambda: part.ask(port, _ASK_TIMEOUT_S), timeout_s=patience_s, process=process)
        except (Unanswered, psutil.NoSuchProcess):
            return False
        return True

    def _failure(
        self, part: StackPart, process: ManagedProcess, log_file: Path, log_start: int, reason: str
    ) -> StackError:
        lines = _lines_since(log_file, log_start)
        if any("No space left on device" in line for line in lines):
            return disk_full(log_file.parent.parent, f"starting {part.layout.title}")
        said = "\n".join(lines[-_LOG_LINES:]) or "(it wrote nothing)"
        return PartFailed(
            f"{part.layout.title} {part.layout.version} (pid {process.pid}): {reason}. It wrote:\n{said}\n",
            where=str(log_file),
            next_step="Put right what it says, then try again; `down --wipe` starts with empty data.",
        )


def _lines_since(log_file: Path, start: int) -> list[str]:
    with log_file.open("rb") as log:
        log.seek(start if start <= log_file.stat().st_size else 0)
        return log.read().decode(errors="replace").splitlines()

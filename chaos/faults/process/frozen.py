"""Frozen: it is there, and does nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.errors import NotAnsweringError, ProcessGoneError
from chaos.faults.fault import Mark
from chaos.faults.process.process_fault import ProcessFault
from chaos.probes.line import Observation, Outcome
from chaos.processes.subject import family, present
from chaos.processes.tree import is_stopped, resume_all, stop_all
from chaos.sight import Sight
from chaos.targets.process import ProcessTarget
from chaos.timing import Timing


@dataclass(frozen=True, slots=True)
class Frozen(ProcessFault):
    """SIGSTOP to the process and to all its children: PostgreSQL's backends, the workers of a service."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: ClassVar[str] = "frozen"
    answers_within_s: ClassVar[float] = 5.0
    effect: ClassVar[str] = "Connections are made, by the kernel, and nothing is ever answered on any."

    def inject(self, target: ProcessTarget, mark: Mark) -> None:  # noqa: ARG002 -- a process is stopped or not
        """Stop them, and whoever is born meanwhile. Raises ProcessGoneError."""
        if target.running() is None:
            raise ProcessGoneError(f"The process {target.name} (pid {target.pid}) has ended by itself.")
        stop_all(lambda: family(target))

    def in_place(self, target: ProcessTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """The process is stopped."""
        process = target.running()
        return process is not None and is_stopped(process)

    def heal(self, target: ProcessTarget, mark: Mark) -> None:  # noqa: ARG002 -- the same
        """Let all go on, those too that it left when it was killed."""
        resume_all(lambda: family(target))

    def verify_healed(self, target: ProcessTarget, timing: Timing) -> Sight:
        """As every process; one that ended while it was frozen may have a successor. Raises ProcessGoneError
        where it has none."""
        try:
            # super() without arguments knows not the class that dataclass makes anew for slots.
            return ProcessFault.verify_healed(self, target, timing)
        except NotAnsweringError as error:
            if target.running() is None and present(target) is None:
                raise ProcessGoneError(
                    f"The process {target.name} (pid {target.pid}) ended while it was frozen."
                ) from error
            raise

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """No connection may be answered."""
        for one in seen:
            if one.outcome is not Outcome.UNANSWERED:
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
        return None

    def not_in_state(self, target: ProcessTarget) -> str | None:
        """All are stopped."""
        going_on = [str(one.pid) for one in family(target) if not is_stopped(one)]
        return f"pid {', '.join(going_on)} goes on" if going_on else None

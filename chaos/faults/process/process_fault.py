"""What faults of processes have in common."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from chaos.errors import NotAnsweringError, NotFeltError
from chaos.faults.plain_fault import FieldParameters
from chaos.line_view import open_line_view
from chaos.probes.line import Observation
from chaos.processes.subject import present
from chaos.sight import Sight, View
from chaos.state_view import StateView, look_until
from chaos.targets.process import ProcessTarget
from chaos.timing import Timing
from chaos.verification import verify_answers

FELT_WITHIN_S = 5.0
"""A state that is not seen by then is not there."""

_LOOK_S = 2.0
"""After this long without an answer, it is asked whether it runs at all."""

STARTS_WITHIN_S = 180.0
"""A search engine that has to recover, on two busy cores."""


class ProcessFault(FieldParameters):
    """Base of the faults that connections feel, or, of a process that nobody said how to ask, its state."""

    __slots__ = ()

    name: ClassVar[str]
    answers_within_s: ClassVar[float] = 10.0
    """Once it is healed."""

    def remember(self, target: ProcessTarget) -> Mapping[str, str]:  # noqa: ARG002 -- for those that must
        """Nothing."""
        return {}

    @property
    def watch_s(self) -> float:
        """Two cores under load: what is sound answers within this."""
        return 1.0

    @property
    def measure_s(self) -> float:
        """It has no strength that shows only later."""
        return 0.0

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Why what was seen on connections is not the fault's effect; None when it is."""
        raise NotImplementedError

    def not_measured(self, seen: Sequence[Observation]) -> str | None:  # noqa: ARG002 -- for those that measure
        """Nothing to measure."""
        return None

    def not_in_state(self, target: ProcessTarget) -> str | None:
        """Why the process is not as the fault makes it; None when it is."""
        raise NotImplementedError

    def view(self, target: ProcessTarget, timing: Timing) -> View:
        """A pooled and a fresh connection, where it has a door; else its state."""
        if target.door is None:
            what = f"{self.name} of {target.name}"
            return StateView(what, lambda: self.not_in_state(target), timing, FELT_WITHIN_S)
        return open_line_view(self, target.door, timing)

    def verify_healed(self, target: ProcessTarget, timing: Timing) -> Sight:
        """It answers; or, where nobody said how to ask it, it runs."""
        return see_running(target, timing, self.answers_within_s)


def see_running(target: ProcessTarget, timing: Timing, within_s: float) -> Sight:
    """It answers; or, where nobody said how to ask it, it runs.

    Raises NotAnsweringError, at once for one that has ended while it started; GoneError.
    """
    if target.door is None:
        try:
            return look_until(f"{target.name} as a running process", lambda: _ended(target), timing, within_s)
        except NotFeltError as error:
            raise NotAnsweringError(str(error)) from error
    deadline_ns = timing.clock.now_ns() + int(within_s * 1e9)
    while True:
        try:
            return verify_answers(target.door, timing, within_s=min(within_s, _LOOK_S))
        except NotAnsweringError:
            if target.stack_file is not None and _ended(target):
                raise
            if timing.clock.now_ns() >= deadline_ns:
                raise


def _ended(target: ProcessTarget) -> str | None:
    return None if present(target) is not None else "it does not run"

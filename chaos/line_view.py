"""The usual view of a target: questions on a pooled and on a fresh connection."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from pydantic import JsonValue

from chaos.errors import NotFeltError
from chaos.history import observations
from chaos.probes.door import AskedDoor
from chaos.probes.line import Age, Line, Observation, Outcome, watch
from chaos.probes.question import USUAL, Question
from chaos.sight import Sight
from chaos.timing import Timing
from chaos.verification import PAUSE_S, open_pooled

STALL_MS = 250.0
"""A busy machine may hold up connections as long: a shorter delay counts when two questions met it."""

FELT_WITHIN_S = 5.0
"""A fault that no probe sees by then is not there."""


class LineFault(Protocol):
    """What a fault that connections feel has to tell."""

    name: ClassVar[str]

    @property
    def watch_s(self) -> float:
        """How long one look takes at most, to tell whether the fault is felt."""
        ...

    @property
    def measure_s(self) -> float:
        """How much longer to look, once it is felt, to measure its strength; 0 where there is none."""
        ...

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Why what was seen is not the fault's effect; None when it is."""
        ...

    def not_measured(self, seen: Sequence[Observation]) -> str | None:
        """Why what was seen in the end is not the fault's strength; None when it is."""
        ...


class LineView:
    """One fault as a pooled and a fresh connection through one door see it."""

    def __init__(self, fault: LineFault, door: AskedDoor, pooled: Line, timing: Timing) -> None:
        self._fault, self._door, self._pooled, self._timing = fault, door, pooled, timing
        self.sound = pooled.seen()
        """What the sound target showed."""
        self._fresh: Line | None = None

    @property
    def before(self) -> Mapping[str, JsonValue]:
        """How long an answer took."""
        return {"before_ms": round(self.sound.after_ms, 3)}

    def felt(self) -> Sight:
        """Look until both connections feel it. Raises NotFeltError after FELT_WITHIN_S."""
        deadline_ns = self._timing.clock.now_ns() + int(FELT_WITHIN_S * 1e9)
        looks, felt_before = 0, False
        while True:
            looks += 1
            fresh = self._present_fresh()
            self._pooled.ask()
            fresh.ask()
            seen = watch((fresh, self._pooled), self._fault.watch_s, self._timing.clock)
            reason = self._fault.not_felt(seen)
            if reason is None and _may_be_a_stall(seen):
                seen = watch((fresh, self._pooled), STALL_MS / 1000, self._timing.clock)
                reason = self._fault.not_felt(seen)
            if reason is None and (felt_before or not _may_be_a_stall(seen)):
                return Sight(observations(seen), looks, f"{self._door.name} feels {self._fault.name}")
            felt_before = reason is None
            if self._timing.clock.now_ns() >= deadline_ns:
                raise NotFeltError(
                    f"{self._fault.name} of {self._door.name} is not felt at {self._door.address} within "
                    f"{FELT_WITHIN_S:g} s: {reason or 'only once, as by a stall of the machine'}."
                )
            self._timing.sleep(PAUSE_S)

    def measured(self) -> Sight | None:
        """Wait for the end of what the connections feel. Raises NotFeltError."""
        if self._fault.measure_s <= 0:
            return None
        lines = (self._fresh or self._present_fresh(), self._pooled)
        seen = watch(lines, self._fault.measure_s, self._timing.clock)
        reason = self._fault.not_measured(seen)
        if reason is not None:
            raise NotFeltError(
                f"{self._fault.name} of {self._door.name} at {self._door.address} has another strength: "
                f"{reason}."
            )
        return Sight(
            observations(seen), 1, f"{self._door.name} feels {self._fault.name} as strong as asked for"
        )

    def close(self) -> None:
        """End both connections."""
        self._pooled.close()
        if self._fresh is not None:
            self._fresh.close()

    def _present_fresh(self) -> Line:
        """The fresh connection whose question is open, or whose outcome decided; else a new one."""
        if self._fresh is None or not self._fresh.open_question:
            if self._fresh is not None:
                self._fresh.close()
            self._fresh = Line(
                self._door.address, self._door.dialect, Age.FRESH, self._timing.clock, self._pooled.question
            )
        return self._fresh


def _may_be_a_stall(seen: Sequence[Observation]) -> bool:
    """Something is late, and by no more than a busy machine may make it."""
    late = {Outcome.ANSWERED, Outcome.UNANSWERED}
    return any(one.outcome in late and one.after_ms < STALL_MS for one in seen)


def open_line_view(fault: LineFault, door: AskedDoor, timing: Timing, question: Question = USUAL) -> LineView:
    """The view of a sound target: a pooled connection is opened and answered. Raises NotAnsweringError.

    `question` is what both connections are then asked.
    """
    return LineView(fault, door, open_pooled(door, timing, question), timing)

"""Whether a fault is felt, and whether it is gone: asked through the proxy, until a time limit."""

from dataclasses import dataclass

from chaos.errors import NotAnsweringError, NotFeltError
from chaos.faults.fault import Fault
from chaos.probes.line import Age, Line, Observation, Outcome, watch
from chaos.target import Target
from chaos.timing import Timing

FELT_WITHIN_S = 5.0
"""A fault that no probe sees by then is not there."""

NORMAL_MS = 1000.0
"""A dependency that answers within this long is sound: generous, for two cores under load."""

NORMAL_WITHIN_S = 10.0
"""A dependency must be sound again by then."""

_PAUSE_S = 0.03


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen when a question was decided, and how many looks it took."""

    seen: tuple[Observation, ...]
    looks: int


def open_pooled(target: Target, timing: Timing) -> Line:
    """A connection that has been answered on, as a client's pool holds it. Raises NotAnsweringError."""
    line = Line(target.listen, target.dialect, Age.POOLED, timing.clock)
    line.ask()
    (seen,) = watch([line], NORMAL_MS / 1000, timing.clock)
    if seen.outcome is not Outcome.ANSWERED:
        line.close()
        raise NotAnsweringError(
            f"{_tell(target, seen)} before the fault: nothing was broken. Look with: stormproof status; "
            "clear what is left of earlier faults with: stormproof heal"
        )
    return line


def verify_felt(
    fault: Fault, target: Target, pooled: Line, timing: Timing, within_s: float = FELT_WITHIN_S
) -> tuple[Sight, Line]:
    """Look until a fresh and the pooled connection feel the fault; what they showed, and the fresh one.

    Raises NotFeltError after `within_s`. The caller closes both lines.
    """
    deadline_ns = timing.clock.now_ns() + int(within_s * 1e9)
    fresh = Line(target.listen, target.dialect, Age.FRESH, timing.clock)
    looks = 0
    while True:
        looks += 1
        pooled.ask()
        fresh.ask()
        seen = watch((fresh, pooled), fault.watch_s, timing.clock)
        reason = fault.not_felt(seen)
        if reason is None:
            return Sight(seen, looks), fresh
        if timing.clock.now_ns() >= deadline_ns:
            fresh.close()
            raise NotFeltError(
                f"{fault.name} of {target.name} is not felt at {target.listen} within {within_s:g} s: "
                f"{reason}."
            )
        if not fresh.open_question:
            fresh.close()
            fresh = Line(target.listen, target.dialect, Age.FRESH, timing.clock)
        timing.sleep(_PAUSE_S)


def measure(fault: Fault, target: Target, fresh: Line, pooled: Line, timing: Timing) -> Sight:
    """Wait for the end of what the lines feel. Raises NotFeltError if it is not what was asked for."""
    seen = watch((fresh, pooled), fault.measure_s, timing.clock)
    reason = fault.not_measured(seen)
    if reason is not None:
        raise NotFeltError(
            f"{fault.name} of {target.name} at {target.listen} has another strength: {reason}."
        )
    return Sight(seen, 1)


def verify_answers(
    target: Target, timing: Timing, *, normal_ms: float = NORMAL_MS, within_s: float = NORMAL_WITHIN_S
) -> Sight:
    """Look until a fresh connection is answered within `normal_ms`.

    Raises NotAnsweringError after `within_s`.
    """
    deadline_ns = timing.clock.now_ns() + int(within_s * 1e9)
    looks = 0
    while True:
        looks += 1
        with Line(target.listen, target.dialect, Age.FRESH, timing.clock) as line:
            line.ask()
            (seen,) = watch([line], normal_ms / 1000, timing.clock)
        if seen.outcome is Outcome.ANSWERED and seen.after_ms <= normal_ms:
            return Sight((seen,), looks)
        if timing.clock.now_ns() >= deadline_ns:
            raise NotAnsweringError(
                f"{_tell(target, seen)}, {looks} times in {within_s:g} s. Look with: stormproof status"
            )
        timing.sleep(_PAUSE_S)


def _tell(target: Target, seen: Observation) -> str:
    said = f" ({seen.text})" if seen.text else ""
    return f"{target.name} is {seen.outcome} at {target.listen} after {seen.after_ms:.0f} ms{said}"

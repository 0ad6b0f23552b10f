"""Whether what is behind a door is sound: asked on a connection, until a time limit."""

from chaos.errors import NotAnsweringError
from chaos.history import observations
from chaos.probes.door import AskedDoor
from chaos.probes.line import Age, Line, Observation, Outcome, watch
from chaos.sight import Sight
from chaos.timing import Timing

NORMAL_MS = 1000.0
"""A dependency that answers within this long is sound: generous, for two cores under load."""

NORMAL_WITHIN_S = 10.0
"""A dependency must be sound again by then."""

PAUSE_S = 0.03
"""Between two looks."""


def open_pooled(door: AskedDoor, timing: Timing) -> Line:
    """A connection that has been answered on, as a client's pool holds it. Raises NotAnsweringError."""
    line = Line(door.address, door.dialect, Age.POOLED, timing.clock)
    line.ask()
    (seen,) = watch([line], NORMAL_MS / 1000, timing.clock)
    if seen.outcome is not Outcome.ANSWERED:
        line.close()
        raise NotAnsweringError(
            f"{_tell(door, seen)} before the fault: nothing was broken. Look with: stormproof status; "
            "clear what is left of earlier faults with: stormproof heal"
        )
    return line


def verify_answers(
    door: AskedDoor, timing: Timing, *, normal_ms: float = NORMAL_MS, within_s: float = NORMAL_WITHIN_S
) -> Sight:
    """Look until a fresh connection is answered within `normal_ms`.

    Raises NotAnsweringError after `within_s`.
    """
    deadline_ns = timing.clock.now_ns() + int(within_s * 1e9)
    looks = 0
    while True:
        looks += 1
        with Line(door.address, door.dialect, Age.FRESH, timing.clock) as line:
            line.ask()
            (seen,) = watch([line], normal_ms / 1000, timing.clock)
        if seen.outcome is Outcome.ANSWERED and seen.after_ms <= normal_ms:
            return Sight(observations((seen,)), looks, f"{door.name} answers in {seen.after_ms:.1f} ms.")
        if timing.clock.now_ns() >= deadline_ns:
            raise NotAnsweringError(
                f"{_tell(door, seen)}, {looks} times in {within_s:g} s. Look with: stormproof status"
            )
        timing.sleep(PAUSE_S)


def _tell(door: AskedDoor, seen: Observation) -> str:
    said = f" ({seen.text})" if seen.text else ""
    return f"{door.name} is {seen.outcome} at {door.address} after {seen.after_ms:.0f} ms{said}"

"""Phases and faults as they come and go."""

from pathlib import Path

from evidence.timeline import (
    FaultWindow,
    PhaseWindow,
    TimelineEvent,
    fault_windows,
    phase_windows,
    read_timeline,
)
from stormproof.live.picture import FaultState, PhaseState

_NS = 1_000_000_000
_STEPS = ("heal_verified", "healed", "healing", "verified", "injected", "injecting")


class TimelineWatch:
    """Reads a timeline again when it has grown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = -1
        self._events: tuple[TimelineEvent, ...] = ()

    def refresh(self) -> None:
        """Raises InvalidFile."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return
        if size != self._size:
            self._events = read_timeline(self._path)
            self._size = size

    def windows(self) -> tuple[PhaseWindow, ...]:
        """The phases that began."""
        return phase_windows(self._events)

    def phases(self, zero_ns: int) -> tuple[PhaseState, ...]:
        """Relative to an instant."""
        return tuple(
            PhaseState(
                one.name,
                (one.start_ns - zero_ns) / _NS,
                None if one.end_ns is None else (one.end_ns - zero_ns) / _NS,
            )
            for one in self.windows()
        )

    def faults(self, zero_ns: int) -> tuple[FaultState, ...]:
        """Relative to an instant."""
        return tuple(_fault(one, zero_ns) for one in fault_windows(self._events))


def _fault(window: FaultWindow, zero_ns: int) -> FaultState:
    instants = dict(
        zip(
            _STEPS,
            (
                window.heal_verified_ns,
                window.healed_ns,
                window.healing_ns,
                window.verified_ns,
                window.injected_ns,
                window.injecting_ns,
            ),
            strict=True,
        )
    )
    known = [at_ns for at_ns in instants.values() if at_ns is not None]
    gone_ns = window.heal_verified_ns
    return FaultState(
        name=window.name,
        target=window.target,
        experiment=window.experiment,
        state=next((step for step in _STEPS if instants[step] is not None), "failed"),
        from_s=(min(known) - zero_ns) / _NS if known else 0.0,
        to_s=None if gone_ns is None else (gone_ns - zero_ns) / _NS,
        failures=window.failures,
    )

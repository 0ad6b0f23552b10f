"""Phases and faults as the page shows them: in seconds since the load began, faults numbered."""

from dataclasses import dataclass

from evidence.timeline import FaultWindow, PhaseWindow

NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Phase:
    """One named stretch."""

    name: str
    start_s: float
    end_s: float
    cut: bool
    """Nobody ended it: the run was killed in it."""


@dataclass(frozen=True, slots=True)
class FaultSpan:
    """When a fault was on its way in, counted, and on its way out. None for a step that never was."""

    number: int
    """In the order of injection: the mark that tells it in charts and text."""
    window: FaultWindow
    injecting_s: float | None
    verified_s: float | None
    healing_s: float | None
    heal_verified_s: float | None


@dataclass(frozen=True, slots=True)
class History:
    """What happened when. Instants are seconds since `zero_ns`, where the load began."""

    zero_ns: int
    end_s: float
    phases: tuple[Phase, ...] = ()
    faults: tuple[FaultSpan, ...] = ()

    def seconds(self, at_ns: int | None) -> float | None:
        """An instant since the load began."""
        return None if at_ns is None else (at_ns - self.zero_ns) / NS_PER_S

    def instant_ns(self, at_s: float) -> int:
        """UTC nanoseconds of an instant in seconds since the load began."""
        return self.zero_ns + round(at_s * NS_PER_S)


def build_history(
    zero_ns: int, end_ns: int, phases: tuple[PhaseWindow, ...], faults: tuple[FaultWindow, ...]
) -> History:
    """The history of a run that lasted from `zero_ns` to `end_ns`."""
    empty = History(zero_ns, max(0.0, (end_ns - zero_ns) / NS_PER_S))
    return History(
        zero_ns,
        empty.end_s,
        tuple(
            Phase(
                phase.name,
                (phase.start_ns - zero_ns) / NS_PER_S,
                ((end_ns if phase.end_ns is None else phase.end_ns) - zero_ns) / NS_PER_S,
                cut=phase.end_ns is None,
            )
            for phase in phases
        ),
        tuple(
            FaultSpan(
                number,
                window,
                empty.seconds(window.injecting_ns),
                empty.seconds(window.verified_ns),
                empty.seconds(window.healing_ns),
                empty.seconds(window.heal_verified_ns),
            )
            for number, window in enumerate(faults, start=1)
        ),
    )

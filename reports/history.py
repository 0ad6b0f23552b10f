"""Phases and faults as the page shows them: in seconds since the load began, faults numbered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from evidence.timeline import FaultWindow, PhaseWindow
from slo.evidence_view import cause_of

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
    """Of its episode: the mark that tells it in charts and text."""
    window: FaultWindow
    injecting_s: float | None
    verified_s: float | None
    healing_s: float | None
    heal_verified_s: float | None


@dataclass(frozen=True, slots=True)
class Episode:
    """What was broken at once for one reason: the faults of one experiment that overlap, or one fault."""

    number: int
    """In the order of injection."""
    name: str
    """What people call it: the experiment's name, else the fault's."""
    spans: tuple[FaultSpan, ...]

    @property
    def injecting_s(self) -> float | None:
        """The first word of it."""
        return _least(span.injecting_s for span in self.spans)

    @property
    def begins_s(self) -> float | None:
        """The first step of it that is on record; None where none is."""
        return _least(instant for span in self.spans for instant in (span.injecting_s, span.verified_s))

    @property
    def verified_s(self) -> float | None:
        """From then on all of it was felt; None where a part never was."""
        return _last(span.verified_s for span in self.spans)

    @property
    def healing_s(self) -> float | None:
        """The first part began to heal."""
        return _least(span.healing_s for span in self.spans)

    @property
    def heal_verified_s(self) -> float | None:
        """All of it was gone; None where a part was not seen to go."""
        return _last(span.heal_verified_s for span in self.spans)


@dataclass(frozen=True, slots=True)
class History:
    """What happened when. Instants are seconds since `zero_ns`, where the load began."""

    zero_ns: int
    end_s: float
    phases: tuple[Phase, ...] = ()
    faults: tuple[FaultSpan, ...] = ()

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """The faults by their numbers."""
        by_number: dict[int, list[FaultSpan]] = {}
        for span in self.faults:
            by_number.setdefault(span.number, []).append(span)
        return tuple(
            Episode(number, cause_of(spans[0].window), tuple(spans)) for number, spans in by_number.items()
        )

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
            for number, window in zip(_numbers(faults), faults, strict=True)
        ),
    )


def _numbers(faults: tuple[FaultWindow, ...]) -> Iterator[int]:
    """The number of each one's episode: an overlapping fault of the same experiment has the same."""
    latest: dict[str, tuple[int, float]] = {}
    count = 0
    for fault in faults:
        begins_ns = fault.injecting_ns if fault.injecting_ns is not None else fault.verified_ns
        ends_ns = inf if fault.heal_verified_ns is None else fault.heal_verified_ns
        number, until_ns = latest.get(fault.experiment or "", (0, -inf))
        if fault.experiment is None or begins_ns is None or begins_ns > until_ns:
            count += 1
            number, until_ns = count, -inf
        if fault.experiment is not None and begins_ns is not None:
            latest[fault.experiment] = (number, max(until_ns, ends_ns))
        yield number


def _least(instants: Iterable[float | None]) -> float | None:
    return min((one for one in instants if one is not None), default=None)


def _last(instants: Iterable[float | None]) -> float | None:
    """The latest of them; None where one is not known."""
    known = list(instants)
    return None if None in known else max((one for one in known if one is not None), default=None)

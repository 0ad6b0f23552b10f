"""When a situation is there: what is broken at once, and nothing else."""

from dataclasses import dataclass

from evidence.timeline import FaultWindow
from slo.evidence_view import experiment_name


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is broken: what an experiment breaks, or some targets, each by one of some faults."""

    experiment: str | None = None
    targets: frozenset[str] = frozenset()
    """All of them; where there is none, whatever one of the faults breaks."""
    faults: frozenset[str] = frozenset()
    """Any where none is named."""

    def covers(self, fault: FaultWindow) -> bool:
        """Whether this fault belongs to it."""
        if self.experiment is not None:
            return fault.experiment is not None and experiment_name(fault.experiment) == self.experiment
        if self.faults and fault.name not in self.faults:
            return False
        return not self.targets or fault.target in self.targets

    def whole(self, active: tuple[FaultWindow, ...], every: tuple[FaultWindow, ...]) -> bool:
        """Whether all of it is among the `active` faults.

        An experiment is whole where none of its other faults would be there at the same time as these:
        with one of its two targets broken it is only on its way in, or out.
        """
        mine = [fault for fault in active if self.covers(fault)]
        if self.experiment is None:
            return bool(mine) and self.targets <= {fault.target for fault in mine}
        absent = [fault for fault in every if self.covers(fault) and fault not in active]
        return bool(mine) and not any(_at_once(one, other) for one in mine for other in absent)


@dataclass(frozen=True, slots=True)
class Situation:
    """All parts at once, and nothing else; without parts nothing is broken."""

    parts: tuple[Part, ...]

    def holds(self, active: tuple[FaultWindow, ...], every: tuple[FaultWindow, ...]) -> bool:
        """Whether `active`, of `every` fault of the run, are just this situation."""
        if not self.parts:
            return not active
        return all(any(part.covers(fault) for part in self.parts) for fault in active) and all(
            part.whole(active, every) for part in self.parts
        )


def _at_once(one: FaultWindow, other: FaultWindow) -> bool:
    """Whether there is an instant at which both are verified and neither heals."""
    if one.verified_ns is None or other.verified_ns is None:
        return False
    starts = max(one.verified_ns, other.verified_ns)
    return all(fault.healing_ns is None or starts < fault.healing_ns for fault in (one, other))

"""A combination of faults and their timing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class DrawnFault:
    """An experiment, and when its fault is made and how long it is held."""

    experiment: str
    at_s: int
    """From the start of the stretch in which things are broken."""
    hold_s: int

    @property
    def end_s(self) -> int:
        """When it begins to heal."""
        return self.at_s + self.hold_s


@dataclass(frozen=True, slots=True)
class Trial:
    """Faults of one game day, sorted by experiment; none of an experiment twice."""

    faults: tuple[DrawnFault, ...]

    @property
    def size(self) -> tuple[int, int, int]:
        """What shrinking makes smaller: fewer faults, then shorter ones, then later ones."""
        return (
            len(self.faults),
            sum(fault.hold_s for fault in self.faults),
            -sum(fault.at_s for fault in self.faults),
        )

    def __str__(self) -> str:
        return ", ".join(f"{one.experiment} at {one.at_s} s for {one.hold_s} s" for one in self.faults)

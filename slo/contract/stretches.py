"""When which faults were there: the stretches of a run in which what is broken does not change. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from evidence.timeline import FaultWindow

BEGINNING_NS, END_NS = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class FaultStretch:
    """start_ns <= instant < end_ns: just these faults were verified, none of them was healing, and no other
    was on its way in or out. Without faults, nothing was broken.
    """

    active: tuple[FaultWindow, ...]
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Episode:
    """Faults that follow on each other without a moment at which nothing was broken."""

    faults: tuple[FaultWindow, ...]
    start_ns: int
    """The first word of injecting."""
    healed_ns: int | None
    """When the last was taken away; None where one never was."""
    gone_ns: int
    """When a probe had seen that all were gone."""


def begin_ns(fault: FaultWindow) -> int | None:
    """When it began to be there: its injecting or, where that was never told, its first step."""
    steps = (
        fault.injecting_ns,
        fault.injected_ns,
        fault.verified_ns,
        fault.healing_ns,
        fault.healed_ns,
        fault.heal_verified_ns,
    )
    return next((at_ns for at_ns in steps if at_ns is not None), None)


def gone_ns(fault: FaultWindow) -> int:
    """When it was seen to be gone; the end of time where it never was."""
    return END_NS if fault.heal_verified_ns is None else fault.heal_verified_ns


def fault_stretches(faults: tuple[FaultWindow, ...]) -> tuple[FaultStretch, ...]:
    """All stretches in which it is known what is broken, in order."""
    instants = {BEGINNING_NS, END_NS}
    for fault in faults:
        for at_ns in (begin_ns(fault), fault.verified_ns, fault.healing_ns, gone_ns(fault)):
            if at_ns is not None:
                instants.add(at_ns)
    ordered = sorted(instants)
    found: list[FaultStretch] = []
    for start_ns, end_ns in pairwise(ordered):
        touched = tuple(fault for fault in faults if _touched(fault, start_ns))
        if not all(_counted(fault, start_ns) for fault in touched):
            continue
        if found and found[-1].active == touched and found[-1].end_ns == start_ns:
            found[-1] = FaultStretch(touched, found[-1].start_ns, end_ns)
        else:
            found.append(FaultStretch(touched, start_ns, end_ns))
    return tuple(found)


def episodes(faults: tuple[FaultWindow, ...]) -> tuple[Episode, ...]:
    """All episodes, in order."""
    return tuple(_episodes(faults))


def _episodes(faults: tuple[FaultWindow, ...]) -> Iterator[Episode]:
    begun = sorted(
        ((at_ns, fault) for fault in faults if (at_ns := begin_ns(fault)) is not None),
        key=lambda one: one[0],
    )
    together: list[tuple[int, FaultWindow]] = []
    until_ns = BEGINNING_NS
    for at_ns, fault in begun:
        if together and at_ns > until_ns:
            yield _episode(together, until_ns)
            together = []
        together.append((at_ns, fault))
        until_ns = max(until_ns, gone_ns(fault))
    if together:
        yield _episode(together, until_ns)


def _episode(together: list[tuple[int, FaultWindow]], until_ns: int) -> Episode:
    faults = tuple(fault for _, fault in together)
    ends = [fault.healing_ns if fault.healed_ns is None else fault.healed_ns for fault in faults]
    known = [end for end in ends if end is not None]
    healed_ns = max(known) if len(known) == len(ends) else None
    return Episode(faults, together[0][0], healed_ns, until_ns)


def _touched(fault: FaultWindow, at_ns: int) -> bool:
    begun_ns = begin_ns(fault)
    return begun_ns is not None and begun_ns <= at_ns < gone_ns(fault)


def _counted(fault: FaultWindow, at_ns: int) -> bool:
    if fault.verified_ns is None or at_ns < fault.verified_ns:
        return False
    return fault.healing_ns is None or at_ns < fault.healing_ns

"""Smaller forms of a violating trial: fewer faults, then ones cut at their end or their start, then later
ones."""

from collections.abc import Iterator
from dataclasses import replace

from stormproof.fault_search.space import FaultSpace
from stormproof.fault_search.trial import DrawnFault, Trial


def smaller(trial: Trial, space: FaultSpace) -> Iterator[Trial]:
    """Each strictly smaller by `Trial.size` and in the space, the boldest of each kind first."""
    if len(trial.faults) > 1:
        for position in range(len(trial.faults)):
            yield Trial(trial.faults[:position] + trial.faults[position + 1 :])
    for position, fault in enumerate(trial.faults):
        for hold_s in _towards(fault.hold_s, space.least_hold_s):
            yield _with(trial, position, replace(fault, hold_s=hold_s))
    for position, fault in enumerate(trial.faults):
        for hold_s in _towards(fault.hold_s, space.least_hold_s):
            # Where two overlap, what is needed of the earlier one is its end.
            yield _with(trial, position, replace(fault, at_s=fault.end_s - hold_s, hold_s=hold_s))
    for position, fault in enumerate(trial.faults):
        for at_s in _towards(fault.at_s, space.span_s - fault.hold_s):
            yield _with(trial, position, replace(fault, at_s=at_s))


def _towards(value: int, goal: int) -> Iterator[int]:
    """The goal itself, then half the way, a quarter of it, …: none where it is reached."""
    step = goal - value
    while step:
        yield value + step
        step = int(step / 2)


def _with(trial: Trial, position: int, fault: DrawnFault) -> Trial:
    return Trial((*trial.faults[:position], fault, *trial.faults[position + 1 :]))

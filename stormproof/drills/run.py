"""Drills one after another, each group on the profile of the stack that it needs."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from evidence.home import Home
from stormproof.console import StepBoard
from stormproof.drills.catalogue import ACTIONS
from stormproof.drills.drill import Drill
from stormproof.drills.frame import DrillResult, run_drill
from stormproof.run.interrupt import Interrupts
from stormproof.run.lock import run_lock
from stormproof.run.stack_up import stack_for_run


def run_drills(
    drills: Sequence[Drill], home: Home, runs_dir: Path, board: StepBoard, interrupts: Interrupts
) -> Iterator[DrillResult]:
    """Each result as soon as it is there; an interrupt ends with the drill that it met.

    A stack that was up before stays up. Raises BadInput where another profile runs, StackError.
    """
    with run_lock(home):
        ordered = sorted(drills, key=lambda drill: drill.profile)
        for profile, group in groupby(ordered, key=lambda drill: drill.profile):
            with stack_for_run(home, "drill", board, interrupts, profile):
                for drill in group:
                    yield run_drill(drill, ACTIONS[drill.name], home, runs_dir, board, interrupts)
                    if interrupts.interrupted:
                        return

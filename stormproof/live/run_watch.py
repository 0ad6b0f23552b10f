"""Follows one run: its folder, and what its command tells."""

import dataclasses
from collections import deque
from pathlib import Path

from evidence.errors import InvalidFile
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from loadtests.live.state import LiveState, OperationState
from loadtests.live.watch import LiveWatch
from slo.objective import Objective, read_objectives
from stormproof.live import budget
from stormproof.live.budget import BudgetWatch
from stormproof.live.feed import KEPT
from stormproof.live.messages import Ending, LoadBegins, Step
from stormproof.live.picture import (
    EndingState,
    OperationRow,
    Picture,
    Point,
    Stage,
    StepState,
    TargetHealth,
)
from stormproof.live.timeline import TimelineWatch
from stormproof.live.warnings import warnings_of
from stormproof.run.inputs import OBJECTIVES_DIR

_STEPS_KEPT = 40
_NO_OBJECTIVES = "A load alone has no objectives: judge its evidence with stormproof slo."


class _Followed:
    """The files of a load that goes on."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.load = LiveWatch(folder.path)
        self.timeline = TimelineWatch(folder.timeline_file)
        objectives = _objectives(folder.path / OBJECTIVES_DIR)
        self.budget = BudgetWatch(folder.path, objectives) if objectives else None
        self.record: RunRecord | None = None
        self.state: LiveState | None = None

    def refresh(self) -> None:
        """Raises InvalidFile."""
        if self.record is None and self.folder.run_file.exists():
            self.record = self.folder.read_run()
        self.state = self.load.refresh()
        self.timeline.refresh()
        if self.budget is not None:
            self.budget.refresh(self.timeline.windows())

    def close(self) -> None:
        self.load.close()
        if self.budget is not None:
            self.budget.close()


class RunWatch:
    """The whole state, refreshed once a second. One thread at a time."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._steps: dict[str, Step] = {}
        self._stage = Stage.PREPARING
        self._followed: _Followed | None = None
        self._duration_s: float | None = None
        self._failure: str | None = None
        self._ending: EndingState | None = None
        self.points: deque[Point] = deque(maxlen=KEPT)

    @property
    def target(self) -> str | None:
        """The URL that is under load; None before that is known."""
        record = None if self._followed is None else self._followed.record
        return None if record is None else record.target

    @property
    def may_abort(self) -> bool:
        """There is something left to be ended."""
        return self._stage in {Stage.PREPARING, Stage.LOAD}

    def step(self, step: Step) -> None:
        """The command tells how something goes."""
        self._steps[step.what] = step
        while len(self._steps) > _STEPS_KEPT:
            del self._steps[next(iter(self._steps))]

    def load_begins(self, message: LoadBegins) -> None:
        """There is a folder to follow."""
        self.close()
        folder = RunFolder(Path(message.run_dir))
        self._title, self._duration_s = folder.id, message.duration_s
        self._followed = _Followed(folder)
        self.points.clear()
        if self._stage is Stage.PREPARING:
            self._stage = Stage.LOAD

    def aborts(self) -> None:
        """Somebody pressed the button."""
        self._stage = Stage.ABORTING

    def ends(self, ending: Ending | None, report_url: str | None) -> None:
        """The command told its end, or is gone without."""
        if ending is None:
            self._stage = Stage.LOST
            return
        self._stage = Stage.ENDED
        self._ending = EndingState(
            verdict=ending.verdict,
            reasons=ending.reasons,
            run_dir=ending.run_dir,
            report=ending.report,
            report_url=report_url,
        )

    def refresh(self) -> None:
        """Take in what is new. What cannot be read is told on the page, and not tried again."""
        followed = self._followed
        if followed is None or self._failure is not None:
            return
        try:
            followed.refresh()
        except (InvalidFile, ValueError, OSError) as error:
            self._failure = f"The page stands still: {error}"
            return
        if followed.state is not None and (
            not self.points or followed.state.elapsed_s > self.points[-1].at_s
        ):
            self.points.append(_point(followed.state))

    def picture(self, health: TargetHealth | None) -> Picture:
        """By now."""
        followed = self._followed
        state = None if followed is None else followed.state
        zero_ns = None if followed is None or followed.record is None else followed.record.load_start_ns
        counting = None if followed is None else followed.budget
        timeline = None if followed is None or zero_ns is None else followed.timeline
        return Picture(
            title=self._title,
            target=self.target,
            stage=self._stage,
            steps=tuple(StepState(one.what, one.state, one.done, one.failed) for one in self._steps.values()),
            duration_s=self._duration_s,
            point=self.points[-1] if self.points else None,
            operations=() if state is None else _rows(state),
            phases=() if timeline is None or zero_ns is None else timeline.phases(zero_ns),
            faults=() if timeline is None or zero_ns is None else timeline.faults(zero_ns),
            health=health,
            budgets=() if counting is None else tuple(counting.states()),
            budget_note=_NO_OBJECTIVES if followed is not None and counting is None else budget.NOTE,
            warnings=self._warnings(state),
            ending=self._ending,
        )

    def close(self) -> None:
        """Let go of the files."""
        if self._followed is not None:
            self._followed.close()

    def _warnings(self, state: LiveState | None) -> tuple[str, ...]:
        of_reading = () if self._failure is None else (self._failure,)
        under_load = self._stage in {Stage.LOAD, Stage.ABORTING}
        return (*of_reading, *(warnings_of(state) if state is not None and under_load else ()))


def _point(state: LiveState) -> Point:
    """What the charts take of a state."""
    p50, p95, p99, _ = state.all_operations.latency.quantiles_ms
    total = state.all_operations
    seconds = total.answered / total.answered_per_s if total.answered_per_s else None
    return Point(
        at_s=round(state.elapsed_s, 3),
        offered_per_s=state.offered_per_s,
        achieved_per_s=state.achieved_per_s,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        dispatch_lag_p99_ms=state.dispatch_lag.quantiles_ms[2],
        in_flight=state.in_flight,
        outcomes={name: count / seconds for name, count in total.outcomes.items()} if seconds else {},
    )


def _rows(state: LiveState) -> tuple[OperationRow, ...]:
    whole = dataclasses.replace(state.whole_run, answered_per_s=None)
    several = (state.all_operations,) if len(state.operations) != 1 else ()
    return tuple(_row(one) for one in (*state.operations, *several, whole))


def _row(one: OperationState) -> OperationRow:
    p50, p95, p99, _ = one.latency.quantiles_ms
    return OperationRow(one.name, one.answered_per_s, p50, p95, p99, one.latency.max_ms, one.outcomes)


def _objectives(folder: Path) -> tuple[Objective, ...]:
    try:
        return read_objectives(folder) if folder.is_dir() else ()
    except InvalidFile:
        return ()  # the verdict says what is wrong with them

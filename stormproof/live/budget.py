"""Error budgets while they burn: what each objective has counted by now, of the requests recorded."""

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from evidence.record_follower import RecordFollower
from evidence.request_record import REQUESTS
from evidence.timeline import PhaseWindow
from slo.budget.burn import budget_ratio, burn_rate
from slo.evidence_view import WARM_UP
from slo.promise import Counted, Objective
from stormproof.live.picture import BudgetState

NOTE = (
    "Counted as requests are recorded, all but the warm-up. What only the whole run tells is left to the "
    "verdict: 429s within a client's limit, and degraded answers that a contract does not allow."
)
_NOT_COUNTED = pa.array(["undelivered", "rejected"])
_GOOD = pa.array(["ok", "degraded"])
_BURN_OVER_NS = 60_000_000_000


class _Count:
    """One objective."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.good = self.total = 0
        self._recent: deque[tuple[int, int, int]] = deque()

    def add(self, requests: pa.RecordBatch) -> None:
        """Requests that count."""
        if not requests.num_rows:
            return
        of_it = pc.and_(
            _is(requests.column("tier"), self.objective.tier),
            pc.and_(
                _is(requests.column("operation"), self.objective.operation),
                pc.and_(
                    _is(requests.column("tenant"), self.objective.tenant),
                    _is(requests.column("target"), self.objective.named_target),
                ),
            ),
        )
        total, good = _sum(of_it), _sum(pc.and_(of_it, self._is_good(requests)))
        self.total += total
        self.good += good
        last_ns = pc.max(requests.column("intended_ns")).as_py()
        self._recent.append((last_ns, good, total))
        while self._recent and self._recent[0][0] < last_ns - _BURN_OVER_NS:
            self._recent.popleft()

    def state(self) -> BudgetState:
        """By now."""
        target, bad = self.objective.target, self.total - self.good
        lately = sum(total for _, _, total in self._recent)
        lately_bad = lately - sum(good for _, good, _ in self._recent)
        return BudgetState(
            name=self.objective.name,
            tier=self.objective.tier,
            target=target,
            good=self.good,
            total=self.total,
            spent=bad / (budget_ratio(target) * self.total) if self.total else None,
            burn=burn_rate(lately_bad, lately, target),
        )

    def _is_good(self, requests: pa.RecordBatch) -> pa.BooleanArray:
        answered = pc.and_(
            pc.is_in(requests.column("outcome"), value_set=_GOOD),
            pc.fill_null(pc.not_equal(requests.column("served_from"), "empty"), fill_value=True),
        )
        threshold_ns = self.objective.threshold_ns
        if threshold_ns is None:
            return answered
        since = pc.if_else(
            pc.equal(requests.column("clock"), "sent"),
            requests.column("started_ns"),
            requests.column("intended_ns"),
        )
        in_time = pc.less_equal(pc.subtract(requests.column("ended_ns"), since), threshold_ns)
        return pc.and_(answered, pc.fill_null(in_time, fill_value=True))


class BudgetWatch:
    """Follows the requests of a run folder."""

    def __init__(self, run_dir: Path, objectives: Sequence[Objective]) -> None:
        self._requests = RecordFollower(run_dir, REQUESTS)
        # Slices of time, answers and writes need more than counts of requests: the verdict has them.
        self._counts = [
            _Count(one)
            for one in objectives
            if one.slices is None and one.indicator.counted is Counted.REQUESTS
        ]

    def refresh(self, phases: Sequence[PhaseWindow]) -> None:
        """Count what is new. Raises InvalidFile for records of another version."""
        for batch in self._requests.batches():
            counted = batch.filter(pc.invert(_in_warm_up(batch, phases)))
            counted = counted.filter(pc.invert(pc.is_in(counted.column("outcome"), value_set=_NOT_COUNTED)))
            for count in self._counts:
                count.add(counted)

    def states(self) -> Iterator[BudgetState]:
        """Each objective of which there was a request."""
        return (state for count in self._counts if (state := count.state()).total)

    def close(self) -> None:
        """Let go of the files."""
        self._requests.close()


def _in_warm_up(batch: pa.RecordBatch, phases: Sequence[PhaseWindow]) -> pa.BooleanArray:
    intended = batch.column("intended_ns")
    found = pa.array([False] * batch.num_rows, pa.bool_())
    for phase in phases:
        if phase.name == WARM_UP:
            within = pc.greater_equal(intended, phase.start_ns)
            if phase.end_ns is not None:
                within = pc.and_(within, pc.less(intended, phase.end_ns))
            found = pc.or_(found, within)
    return found


def _is(column: pa.Array, wanted: str | None) -> pa.BooleanArray:
    if wanted is None:
        return pa.array([True] * len(column), pa.bool_())
    return pc.fill_null(pc.equal(column, wanted), fill_value=False)


def _sum(flags: pa.BooleanArray) -> int:
    return int(pc.sum(flags).as_py() or 0)

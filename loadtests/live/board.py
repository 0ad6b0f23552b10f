"""All workers of a load, merged into one state."""

from evidence.latency_histogram import LatencyHistogram
from evidence.live_record import LiveRecord
from evidence.sample_record import SampleRecord
from loadtests.live.state import LiveState, latency_state
from loadtests.live.tally import Tally, sum_of
from loadtests.live.worker_board import WorkerBoard

ALL, WHOLE_RUN = "all", "whole run"
_GENERATOR = "generator"


class LiveBoard:
    """Takes in what workers write and says how the load goes."""

    def __init__(self) -> None:
        self._workers: dict[str, WorkerBoard] = {}

    def add(self, record: LiveRecord) -> None:
        """One record; those of one worker come in order. Raises ValueError for one that cannot be read."""
        self._worker(record.worker).add(record)

    def measured(self, sample: SampleRecord) -> None:
        """One sample; those of others than generators are passed over."""
        worker = dict(sample.labels).get("worker")
        if sample.source == _GENERATOR and worker is not None:
            self._worker(worker).measured(sample)

    def state(self) -> LiveState | None:
        """All workers together; None before the first second is over."""
        workers = self._workers.values()
        span_s = max((worker.span_s for worker in workers), default=0.0)
        if not span_s:
            return None
        window = [counted for worker in workers for counted in worker.counted()]
        names = sorted({counted.operation or "" for counted in window})
        everything = sum_of(window)
        lag = LatencyHistogram()
        for worker in workers:
            worker.add_lag_to(lag)
        offered = [worker.offered_per_s for worker in workers]
        all_operations = everything.state(ALL, span_s)
        return LiveState(
            elapsed_s=max(worker.elapsed_s for worker in workers),
            offered_per_s=sum(rate for rate in offered if rate is not None) if any(offered) else None,
            achieved_per_s=all_operations.answered_per_s,
            operations=tuple(
                sum_of(one for one in window if one.operation == name).state(name, span_s) for name in names
            ),
            all_operations=all_operations,
            whole_run=self._whole_run().state(WHOLE_RUN, 0.0),
            dispatch_lag=latency_state(lag),
            generators=tuple(one.generator() for _, one in sorted(self._workers.items())),
        )

    def _whole_run(self) -> Tally:
        total = Tally()
        for worker in self._workers.values():
            for tally in worker.whole.values():
                total.answered += tally.answered
                total.outcomes.update(tally.outcomes)
                total.latencies.add(tally.latencies.filled())
        return total

    def _worker(self, name: str) -> WorkerBoard:
        return self._workers.get(name) or self._workers.setdefault(name, WorkerBoard(name))

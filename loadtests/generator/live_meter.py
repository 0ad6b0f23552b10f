"""Counts what comes back while the load goes on, for who watches it: by operation and second."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import gevent

from evidence.live_record import LiveMeasure, LiveRecord, LiveStretch
from evidence.request_record import Outcome, RequestRecord
from loadtests.generator.live_count import CountSnapshot, LiveCount, LiveSeries

_COUNTED_AT = 400
"""Records that are kept until they are counted together: one by one costs ten times as much."""
_LAG = LiveSeries(LiveMeasure.DISPATCH_LAG, None)


class LiveMeter:
    """Makes the live records of one worker. What it holds does not grow with the length of the run."""

    def __init__(self, worker: str, start_ns: int) -> None:
        self._worker = worker
        self._start_ns = self._second_began_ns = start_ns
        self._pending: list[RequestRecord] = []
        self._seconds: dict[LiveSeries, LiveCount] = {_LAG: LiveCount(_LAG)}
        self._totals: dict[LiveSeries, LiveCount] = {}

    def landed(self, record: RequestRecord) -> None:
        """Count a request that came to its end."""
        self._pending.append(record)
        if len(self._pending) >= _COUNTED_AT:
            self._count()

    @property
    def dispatch_lag_max_ns(self) -> int:
        """The longest since the last second."""
        self._count()
        return self._seconds[_LAG].latencies.max_ns

    def second(self, to_ns: int) -> Iterator[LiveRecord]:
        """What landed since the last time."""
        self._count()
        from_ns, self._second_began_ns = self._second_began_ns, to_ns
        taken = [
            count.take(self._totals.setdefault(series, LiveCount(series)))
            for series, count in self._seconds.items()
        ]
        return self._told(taken, LiveStretch.SECOND, from_ns)

    def total(self) -> Iterator[LiveRecord]:
        """What landed from the start to the end of the last second."""
        taken = [count.snapshot() for count in self._totals.values()]
        return self._told(taken, LiveStretch.TOTAL, self._start_ns)

    def _count(self) -> None:
        pending, self._pending = self._pending, []
        outcomes: defaultdict[str, list[Outcome]] = defaultdict(list)
        latencies_ns: defaultdict[str, list[int]] = defaultdict(list)
        answered: defaultdict[str, int] = defaultdict(int)
        lags_ns: list[int] = []
        for record in pending:
            outcomes[record.operation].append(record.outcome)
            if record.started_ns is None or record.ended_ns is None:
                continue
            latencies_ns[record.operation].append(record.ended_ns - record.intended_ns)
            if record.step == 0:
                answered[record.operation] += 1
                lags_ns.append(record.started_ns - record.intended_ns)
        self._seconds[_LAG].add(lags_ns, len(lags_ns))
        for operation, found in outcomes.items():
            series = LiveSeries(LiveMeasure.LATENCY, operation)
            count = self._seconds.get(series) or self._seconds.setdefault(series, LiveCount(series))
            count.add(latencies_ns[operation], answered[operation], found)

    def _told(
        self, snapshots: Sequence[CountSnapshot], stretch: LiveStretch, from_ns: int
    ) -> Iterator[LiveRecord]:
        """One at a time: the hub gets a turn between them, so that arrivals are not late for it."""
        to_ns = self._second_began_ns
        for snapshot in snapshots:
            yield snapshot.record(self._worker, stretch, from_ns, to_ns)
            gevent.sleep(0)

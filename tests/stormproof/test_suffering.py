"""The share of bad requests of the last seconds, as the generator tells it while the load goes on."""

import pytest

from evidence.live_record import LiveMeasure, LiveRecord, LiveStretch
from stormproof.bad_share import BadShare
from stormproof.run.suffering import Share, ShareWindow

NS = 1_000_000_000


def second(
    end_s: int, stretch: LiveStretch = LiveStretch.SECOND, worker: str = "worker-0", **outcomes: int
) -> LiveRecord:
    return LiveRecord(
        worker=worker,
        measure=LiveMeasure.LATENCY,
        operation="search",
        stretch=stretch,
        from_ns=(end_s - 1) * NS,
        to_ns=end_s * NS,
        answered=0,
        outcomes=tuple(outcomes.items()),
        histogram="",
        max_ns=0,
    )


def window(*records: LiveRecord) -> ShareWindow:
    made = ShareWindow()
    for record in records:
        made.add(record)
    return made


BOUND = BadShare(0.5, 3, 10)


def test_only_the_window_counts_whatever_worker_tells_it() -> None:
    made = window(
        second(1, failed=1000),
        *(second(s, ok=8, failed=1, timeout=1) for s in (3, 4, 5)),
        second(5, worker="worker-1", wrong=10),
    )
    assert made.share(BOUND, 5 * NS, 0) == Share(16, 40)


def test_what_was_never_sent_or_refused_by_a_limit_is_not_counted() -> None:
    made = window(second(3, ok=5, degraded=5, rejected=90, undelivered=90))
    assert made.share(BOUND, 3 * NS, 0) == Share(0, 10)


@pytest.mark.parametrize(
    ("now_s", "since_s", "requests", "told"),
    [(2, 0, 100, False), (3, 0, 100, True), (3, 1, 100, False), (3, 0, 2, False)],
)
def test_nothing_is_said_before_the_window_is_over_or_of_too_few(
    now_s: int, since_s: int, requests: int, told: bool
) -> None:
    made = window(*(second(s, ok=requests) for s in (1, 2, 3)))
    assert (made.share(BOUND, now_s * NS, since_s * NS) is not None) is told


def test_totals_are_not_counted_twice() -> None:
    made = window(second(3, ok=10), second(3, LiveStretch.TOTAL, failed=1000))
    assert made.share(BOUND, 3 * NS, 0) == Share(0, 10)

"""Live records hold what the requests hold, counted."""

import tracemalloc
from collections.abc import Iterable

import pytest

from evidence.histogram_code import decode_histogram
from evidence.latency_histogram import LatencyHistogram
from evidence.live_record import LiveMeasure, LiveRecord, LiveStretch
from evidence.request_record import Outcome, RequestRecord
from loadtests.generator.live_meter import LiveMeter
from tests.slo.runs import START_NS, S, request


def landed(meter: LiveMeter, records: Iterable[RequestRecord]) -> None:
    for record in records:
        meter.landed(record)


def of(records: Iterable[LiveRecord], operation: str | None) -> LiveRecord:
    (found,) = (one for one in records if one.operation == operation)
    return found


def histogram(record: LiveRecord) -> LatencyHistogram:
    counted = LatencyHistogram()
    counted.add(decode_histogram(record.histogram, record.max_ns))
    return counted


def meter() -> LiveMeter:
    return LiveMeter("worker-0", START_NS)


def test_a_second_holds_what_landed_since_the_last() -> None:
    counting = meter()
    landed(counting, [request(n, n, 10 + n, lag_ms=1, operation="search") for n in range(1000)])
    landed(counting, [request(1000, 5, 700, Outcome.FAILED, operation="get")])
    first = list(counting.second(START_NS + S))
    search, get, lag = of(first, "search"), of(first, "get"), of(first, None)
    assert (search.worker, search.stretch, search.from_ns, search.to_ns) == (
        "worker-0",
        LiveStretch.SECOND,
        START_NS,
        START_NS + S,
    )
    assert (search.answered, search.outcomes) == (1000, (("ok", 1000),))
    assert (get.answered, get.outcomes, get.max_ns) == (1, (("failed", 1),), 700_000_000)
    assert histogram(search).percentiles_ns(0.5, 1.0) == pytest.approx((509e6, 1009e6), rel=0.0005)
    assert (lag.measure, lag.answered) == (LiveMeasure.DISPATCH_LAG, 1001)
    assert histogram(lag).percentiles_ns(1.0) == (1e6,)

    landed(counting, [request(1001, 5, 3, operation="search")])
    second = list(counting.second(START_NS + 2 * S))
    assert of(second, "search").answered == 1
    assert of(second, "search").from_ns == START_NS + S
    assert (of(second, "get").answered, of(second, "get").outcomes) == (0, ())


def test_a_total_holds_every_second_so_far() -> None:
    counting, whole = meter(), LatencyHistogram()
    for second in range(3):
        made = [request(n, n, 1 + 50 * second + n, operation="search") for n in range(100)]
        whole.record([one.ended_ns - one.intended_ns for one in made if one.ended_ns is not None])
        landed(counting, made)
        list(counting.second(START_NS + (second + 1) * S))
    landed(counting, [request(500, 1, 9, operation="search")])  # of no second yet
    total = of(counting.total(), "search")
    assert (total.stretch, total.from_ns, total.to_ns) == (LiveStretch.TOTAL, START_NS, START_NS + 3 * S)
    assert (total.answered, total.outcomes) == (300, (("ok", 300),))
    assert histogram(total).filled().counts.tolist() == whole.filled().counts.tolist()


def test_what_was_never_sent_has_an_outcome_and_no_latency() -> None:
    counting = meter()
    landed(
        counting, [request(0, 0, 5, operation="get"), request(1, 0, 5, Outcome.UNDELIVERED, operation="get")]
    )
    seconds = list(counting.second(START_NS + S))
    assert dict(of(seconds, "get").outcomes) == {"ok": 1, "undelivered": 1}
    assert (of(seconds, "get").answered, histogram(of(seconds, "get")).count) == (1, 1)
    assert of(seconds, None).answered == 1


def test_what_follows_from_an_arrival_is_no_arrival() -> None:
    counting = meter()
    landed(counting, [request(0, 0, 5), request(0, 5, 50, step=1, lag_ms=40)])
    seconds = list(counting.second(START_NS + S))
    assert (of(seconds, "search").answered, histogram(of(seconds, "search")).count) == (1, 2)
    assert of(seconds, None).answered == 1
    assert of(seconds, None).max_ns == 0


def test_the_longest_lag_is_that_of_the_present_second() -> None:
    counting = meter()
    landed(counting, [request(0, 0, 50, lag_ms=40)])
    assert counting.dispatch_lag_max_ns == 40_000_000
    list(counting.second(START_NS + S))
    landed(counting, [request(1, 0, 50, lag_ms=3)])
    assert counting.dispatch_lag_max_ns == 3_000_000


def test_memory_does_not_grow_with_what_was_counted() -> None:
    counting = meter()
    made = [request(n, n, 1 + n % 4000, lag_ms=n % 7) for n in range(2000)]
    tracemalloc.start()
    try:
        for second in range(3):
            landed(counting, made)
            list(counting.second(START_NS + (second + 1) * S))
        before, _ = tracemalloc.get_traced_memory()
        for second in range(3, 43):
            landed(counting, made)
            list(counting.second(START_NS + (second + 1) * S))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 100_000

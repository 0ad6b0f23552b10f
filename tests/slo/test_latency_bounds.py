"""Percentiles with bounds."""

from pathlib import Path

import pytest

from slo.evidence_view import open_evidence
from slo.latency_bounds import BoundedPercentile, bounded_percentiles
from slo.percentile import bounding_ranks
from slo.promise import Indicator, Objective
from tests.slo.runs import request, write_run

OBJECTIVE = Objective("fast", "search", Indicator.LATENCY, 0.95, threshold_ms=200)


def bounded(
    tmp_path: Path, latencies_ms: list[float], objective: Objective = OBJECTIVE
) -> dict[float, BoundedPercentile]:
    records = [request(n, n * 100, latency) for n, latency in enumerate(latencies_ms)]
    with open_evidence(write_run(tmp_path, records)) as evidence:
        return {one.quantile: one for one in bounded_percentiles(evidence, objective)}


def test_bounds_are_the_values_of_their_ranks(tmp_path: Path) -> None:
    # 1 to 1000 ms, spread so that no block has more slow ones than another.
    latencies = [float(n * 617 % 1000 + 1) for n in range(1000)]
    told = bounded(tmp_path, latencies)
    for quantile, value in ((0.5, 500), (0.95, 950), (0.99, 990)):
        ranks = bounding_ranks(1000, quantile)
        one = told[quantile]
        assert (one.value_ms, one.low_ms, one.high_ms) == (value, ranks.low, ranks.high)
        assert one.effective_requests == one.requests == 1000


def test_a_percentile_that_the_sample_cannot_support_is_refused(tmp_path: Path) -> None:
    told = bounded(tmp_path, [float(n * 617 % 1000 + 1) for n in range(1000)])
    assert told[0.999].value_ms is None
    assert told[0.999].high_ms is None
    assert told[0.999].low_ms is not None  # that it is not below is known


def test_slow_requests_that_come_together_are_worth_less(tmp_path: Path) -> None:
    apart = [500.0 if n % 10 == 3 else 10.0 + n % 7 for n in range(2000)]
    together = sorted(apart)
    scattered, burst = bounded(tmp_path / "a", apart)[0.95], bounded(tmp_path / "b", together)[0.95]
    assert (scattered.value_ms, scattered.effective_requests) == (500, 2000)
    # 200 slow ones in a row are one burst: it cannot support a p95 that nearly all of them decide.
    assert burst.effective_requests < 59
    assert (burst.value_ms, burst.high_ms) == (None, None)


def test_without_a_request_there_is_no_percentile(tmp_path: Path) -> None:
    nothing = Objective("none", "search", Indicator.AVAILABILITY, 0.95, tier="none")
    told = bounded(tmp_path, [10.0] * 10, nothing)
    assert {(one.requests, one.value_ms, one.high_ms) for one in told.values()} == {(0, None, None)}


@pytest.mark.parametrize("count", [1, 4, 5])
def test_few_requests_support_no_more_than_they_can(tmp_path: Path, count: int) -> None:
    told = bounded(tmp_path, [10.0] * count)
    assert (told[0.5].value_ms is None) == (count < 5)
    assert told[0.95].value_ms is None

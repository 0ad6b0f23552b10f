"""What reports draw: series and percentiles, from hand-made requests."""

from pathlib import Path

import pytest

from evidence.request_record import Outcome
from slo.evidence_view import open_evidence
from slo.percentile import needed_sample
from slo.series import latency_percentiles, outcomes_over_time
from tests.slo.runs import START_NS, S, phase, request, steady, write_run


def test_a_bucket_holds_what_was_intended_in_it_and_what_ended_in_it(tmp_path: Path) -> None:
    records = [
        request(0, 0, latency_ms=20),
        request(1, 900, latency_ms=200, outcome=Outcome.FAILED),
        request(2, 950, outcome=Outcome.UNDELIVERED),
        request(1, 950, latency_ms=30, step=1),
        request(3, 2500, latency_ms=5),
    ]
    with open_evidence(write_run(tmp_path, records)) as evidence:
        buckets = outcomes_over_time(evidence, 1.0)
    assert [bucket.start_ns - START_NS for bucket in buckets] == [0, S, 2 * S]
    assert [bucket.offered for bucket in buckets] == [3, 0, 1]
    assert [bucket.achieved for bucket in buckets] == [2, 1, 1]
    assert buckets[0].outcomes == {"ok": 2, "failed": 1, "undelivered": 1}
    assert buckets[1].outcomes == {}
    assert (buckets[0].latency_p50_ms, buckets[0].latency_p99_ms) == (30, 200)
    assert buckets[1].latency_p50_ms is None


def test_a_series_can_be_of_one_tier(tmp_path: Path) -> None:
    records = [request(0, 0), request(1, 10, tier="free", tenant="free-01")]
    with open_evidence(write_run(tmp_path, records)) as evidence:
        assert [bucket.offered for bucket in outcomes_over_time(evidence, 1.0, tier="free")] == [1]


def test_nothing_recorded_gives_no_series(tmp_path: Path) -> None:
    with open_evidence(write_run(tmp_path, [])) as evidence:
        assert outcomes_over_time(evidence, 1.0) == ()
        assert latency_percentiles(evidence) == ()


def test_the_engine_keeps_to_its_share_and_is_silent(tmp_path: Path) -> None:
    settings = "threads", "memory_limit", "enable_progress_bar"
    asked = ", ".join(f"current_setting('{one}')" for one in settings)
    with open_evidence(write_run(tmp_path, []), threads=1, memory_limit="512MiB") as evidence:
        assert evidence.rows(f"SELECT {asked}") == [(1, "512.0 MiB", False)]


def test_a_bucket_without_length_is_refused(tmp_path: Path) -> None:
    with (
        open_evidence(write_run(tmp_path, steady(1))) as evidence,
        pytest.raises(ValueError, match="bucket_s=0"),
    ):
        outcomes_over_time(evidence, 0)


def test_percentiles_are_exact_and_leave_out_the_warm_up(tmp_path: Path) -> None:
    warm_up = [request(index, index, latency_ms=9_000) for index in range(50)]
    records = [request(50 + index, 1_000 + index, latency_ms=index + 1, lag_ms=0.5) for index in range(1000)]
    events = [*phase("warm-up", 0, 1), *phase("baseline", 1, 100)]
    with open_evidence(write_run(tmp_path, warm_up + records, events)) as evidence:
        (row,) = latency_percentiles(evidence, by=("operation", "tier", "phase"))
    assert (row.operation, row.tier, row.phase, row.requests) == ("search", "enterprise", "baseline", 1000)
    assert (row.latency_p50_ms, row.latency_p95_ms, row.latency_p99_ms) == (500, 950, 990)
    assert row.latency_p999_ms is None  # 1,000 requests cannot speak of one in a thousand
    assert row.latency_max_ms == 1000
    assert (row.service_p50_ms, row.service_p99_ms) == (499.5, 989.5)


def test_percentiles_are_refused_where_the_sample_cannot_support_them(tmp_path: Path) -> None:
    with open_evidence(write_run(tmp_path, steady(58))) as evidence:
        (row,) = latency_percentiles(evidence, by=())
    assert row.operation is None
    assert row.latency_p50_ms == 10
    assert row.latency_p95_ms is None


@pytest.mark.parametrize(("quantile", "least"), [(0.5, 5), (0.95, 59), (0.99, 299), (0.999, 2995)])
def test_the_largest_of_enough_values_bounds_the_quantile(quantile: float, least: int) -> None:
    assert needed_sample(quantile) == least
    assert quantile**least <= 0.05 < quantile ** (least - 1)

"""What counts and what is good, by hand-made requests."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.request_record import Outcome, RequestRecord, ServedFrom
from evidence.run_record import RateLimits
from slo.counting import ObjectiveTally, Tally, tally
from slo.evidence_view import open_evidence
from slo.objective import Indicator, Objective
from tests.slo.runs import MS, phase, rate_limits, request, run_record, steady, write_run

AVAILABILITY = Objective("availability", "search", Indicator.AVAILABILITY, 0.99)
LATENCY = Objective("latency", "search", Indicator.LATENCY, 0.95, threshold_ms=200)


def count(
    tmp_path: Path,
    records: list[RequestRecord],
    objective: Objective = AVAILABILITY,
    limits: RateLimits | None = None,
) -> tuple[int, int]:
    """Good and total of the whole run."""
    run = replace(run_record(records), rate_limits=limits)
    with open_evidence(write_run(tmp_path, records, run=run)) as evidence:
        whole = tally(evidence, objective, ()).whole_run
    return whole.good, whole.total


@pytest.mark.parametrize(
    ("outcome", "served_from", "good"),
    [
        (Outcome.OK, ServedFrom.LIVE, True),
        (Outcome.OK, None, True),
        (Outcome.DEGRADED, ServedFrom.CACHE, True),
        (Outcome.DEGRADED, ServedFrom.STALE, True),
        (Outcome.DEGRADED, None, True),
        (Outcome.DEGRADED, ServedFrom.EMPTY, False),
        (Outcome.FAILED, None, False),
        (Outcome.TIMEOUT, None, False),
        (Outcome.CONNECTION, None, False),
        (Outcome.WRONG, ServedFrom.LIVE, False),
        (Outcome.REJECTED, None, False),
    ],
)
def test_what_is_good(tmp_path: Path, outcome: Outcome, served_from: ServedFrom | None, good: bool) -> None:
    records = [request(0, 0, outcome=outcome, served_from=served_from)]
    assert count(tmp_path, records) == (int(good), 1)


def test_what_was_never_sent_does_not_count(tmp_path: Path) -> None:
    assert count(tmp_path, [request(0, 0), request(1, 10, outcome=Outcome.UNDELIVERED)]) == (1, 1)


def test_what_follows_from_an_arrival_counts_too(tmp_path: Path) -> None:
    assert count(tmp_path, [request(0, 0), request(0, 20, outcome=Outcome.FAILED, step=1)]) == (1, 2)


def test_latency_is_compared_to_the_nanosecond_and_from_the_intended_instant(tmp_path: Path) -> None:
    at_threshold = request(0, 0, latency_ms=200, lag_ms=150)
    assert at_threshold.ended_ns is not None
    over = replace(request(1, 10), ended_ns=request(1, 10).intended_ns + 200 * MS + 1)
    stalled = request(2, 20, latency_ms=300, lag_ms=290)  # 10 ms of service, 300 ms of waiting
    failed_fast = request(3, 30, latency_ms=1, outcome=Outcome.FAILED)
    empty_fast = request(4, 40, latency_ms=1, outcome=Outcome.DEGRADED, served_from=ServedFrom.EMPTY)
    records = [at_threshold, over, stalled, failed_fast, empty_fast]
    assert count(tmp_path, records, LATENCY) == (1, 5)


def test_an_objective_takes_its_tier_and_operation_only(tmp_path: Path) -> None:
    records = [
        request(0, 0),
        request(1, 1, operation="get"),
        request(2, 2, tier="free", tenant="free-01"),
        request(3, 3, tier=None, tenant=None),
    ]
    assert count(tmp_path, records, replace(AVAILABILITY, tier="enterprise")) == (2, 2)


def test_a_canary_is_judged_apart_from_what_it_is_to_replace(tmp_path: Path) -> None:
    stable = [request(n, n, target="stable") for n in range(8)]
    canary = [request(8, 8, target="canary"), request(9, 9, target="canary", outcome=Outcome.FAILED)]
    records = [*stable, *canary]
    of_canary = replace(AVAILABILITY, tier=None, named_target="canary")
    assert count(tmp_path / "all", records, replace(of_canary, named_target=None)) == (9, 10)
    assert count(tmp_path / "canary", records, of_canary) == (1, 2)
    assert count(tmp_path / "stable", records, replace(of_canary, named_target="stable")) == (8, 8)


def test_all_requests_are_taken_where_no_tier_is_named(tmp_path: Path) -> None:
    records = [request(0, 0), request(1, 1, tier=None, tenant=None)]
    assert count(tmp_path, records) == (2, 2)


def test_an_objective_without_requests_counts_none(tmp_path: Path) -> None:
    with open_evidence(write_run(tmp_path, steady(3))) as evidence:
        only_get = replace(AVAILABILITY, operation="get")
        assert tally(evidence, only_get, ()).whole_run == Tally(0, 0)


def tally_in_phases(tmp_path: Path, records: list[RequestRecord]) -> ObjectiveTally:
    events = [*phase("warm-up", 0.1, 1), *phase("baseline", 1, 2), *phase("recovery", 2, None)]
    with open_evidence(write_run(tmp_path, records, events)) as evidence:
        return tally(evidence, AVAILABILITY, ("baseline", "redis-down", "recovery"))


def test_a_request_belongs_to_the_phase_of_its_intended_instant(tmp_path: Path) -> None:
    records = [
        request(0, 50, outcome=Outcome.FAILED),  # before the warm-up was told: warm-up all the same
        request(1, 999, latency_ms=5000, outcome=Outcome.FAILED),  # warm-up, though it ended later
        request(2, 1000),
        request(3, 1999, latency_ms=5000),
        request(4, 2000, outcome=Outcome.FAILED),
        request(5, 90_000),
    ]
    counted = tally_in_phases(tmp_path, records)
    assert (counted.whole_run.good, counted.whole_run.total) == (3, 4)
    by_phase = {name: (one.good, one.total) for name, one in counted.by_phase}
    assert by_phase == {"baseline": (2, 2), "redis-down": (0, 0), "recovery": (1, 2)}


def test_the_rate_is_that_of_the_intended_instants(tmp_path: Path) -> None:
    with open_evidence(write_run(tmp_path, steady(101, every_ms=10))) as evidence:
        assert tally(evidence, AVAILABILITY, ()).whole_run.rate_per_s == pytest.approx(100)


def rejected(
    sequence: int,
    at_ms: float,
    latency_ms: float = 10,
    *,
    operation: str = "search",
    tier: str = "enterprise",
) -> RequestRecord:
    return request(sequence, at_ms, latency_ms, Outcome.REJECTED, status=429, operation=operation, tier=tier)


LIMIT_3 = rate_limits(limit=2, burst=1)
"""Three searches within 60 s."""


def admitted(*at_ms: float) -> list[RequestRecord]:
    return [request(index, at) for index, at in enumerate(at_ms)]


@pytest.mark.parametrize(
    ("others", "refused", "counts"),
    [
        # The fourth within the window is the client's own doing; the third is not.
        (admitted(0, 1000, 2000), rejected(9, 3000), False),
        (admitted(0, 1000), rejected(9, 3000), True),
        # The first leaves the window: it was answered 60 s before this one was sent.
        (admitted(0, 1000, 2000), rejected(9, 60_009), False),
        (admitted(0, 1000, 2000), rejected(9, 60_010), True),
        # Another tenant, another operation use nothing of this client's limit.
        ([*admitted(0, 1000), request(2, 2000, tenant="enterprise-02")], rejected(9, 3000), True),
        ([*admitted(0, 1000), request(2, 2000, operation="get")], rejected(9, 3000), True),
        # What was rejected, not connected or not sent uses nothing of it either.
        ([*admitted(0, 1000), rejected(2, 2000)], rejected(9, 3000), True),
        ([*admitted(0, 1000), request(2, 2000, outcome=Outcome.CONNECTION)], rejected(9, 3000), True),
        ([*admitted(0, 1000), request(2, 2000, outcome=Outcome.UNDELIVERED)], rejected(9, 3000), True),
        # What failed after it was let in does.
        ([*admitted(0, 1000), request(2, 2000, outcome=Outcome.FAILED)], rejected(9, 3000), False),
        # Sent while this one waited: it may have been seen first. Sent after the answer: it cannot.
        (admitted(0, 1000, 3005), rejected(9, 3000), False),
        (admitted(0, 1000, 3011), rejected(9, 3000), True),
        # A limit that is not declared excuses nobody.
        (admitted(0, 1000, 2000), rejected(9, 3000, operation="bulk"), True),
        (admitted(0, 1000, 2000), rejected(9, 3000, tier="gold"), True),
    ],
)
def test_a_429_counts_unless_the_client_was_above_its_limit(
    tmp_path: Path, others: list[RequestRecord], refused: RequestRecord, counts: bool
) -> None:
    marked = replace(refused, persona="refused")
    folder = write_run(
        tmp_path, [*others, marked], run=replace(run_record([*others, marked]), rate_limits=LIMIT_3)
    )
    with open_evidence(folder) as evidence:
        rows = evidence.rows("SELECT count(*) FILTER (WHERE persona = 'refused'), count(*) FROM counted")
    sent = sum(one.started_ns is not None for one in others)
    assert rows == [(int(counts), sent + int(counts))]


def test_without_declared_limits_every_429_counts(tmp_path: Path) -> None:
    assert count(tmp_path, [*admitted(0, 1000, 2000), rejected(9, 3000)]) == (3, 4)


def test_a_client_far_above_its_limit_is_blamed_for_all_that_is_too_much(tmp_path: Path) -> None:
    # 40 at once, three let in: whichever the service saw first, the other 37 are too much.
    records = [request(index, index * 0.1, latency_ms=20) for index in range(3)]
    records += [rejected(index, index * 0.1, latency_ms=20) for index in range(3, 40)]
    assert count(tmp_path, records, limits=LIMIT_3) == (3, 3)


def test_the_warm_up_uses_up_the_limit_too(tmp_path: Path) -> None:
    records = [*admitted(0, 100, 200), rejected(3, 1500)]
    run = replace(run_record(records), rate_limits=LIMIT_3)
    events = [*phase("warm-up", 0, 1), *phase("baseline", 1, 2)]
    with open_evidence(write_run(tmp_path, records, events, run)) as evidence:
        assert tally(evidence, AVAILABILITY, ()).whole_run.total == 0

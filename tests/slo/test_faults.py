"""What faults did, and who pays: effects and the ledger."""

from dataclasses import replace
from pathlib import Path

from evidence.request_record import Outcome, ServedFrom
from evidence.verdict_record import CauseKind
from slo.evaluate import Demands, evaluate
from slo.evidence_view import open_evidence
from slo.faults import fault_effects
from slo.ledger import Charge, charges
from slo.objective import Indicator, Objective
from tests.slo.runs import fault, request, steady, with_bad, write_run

AVAILABILITY = Objective("availability-test", "search", Indicator.AVAILABILITY, 0.99, tier="enterprise")
LATENCY = Objective("latency-test", "search", Indicator.LATENCY, 0.95, threshold_ms=200)
POSTGRES = fault("refused", (10, 10.1, 11, 19, 19.5, 20), experiment="postgres-down")


def test_a_fault_is_counted_from_verified_to_healing(tmp_path: Path) -> None:
    records = [
        request(0, 10_500, outcome=Outcome.FAILED),  # injected, not verified yet
        request(1, 10_995, 30, Outcome.TIMEOUT),  # lives into the window
        request(2, 12_000, 40, Outcome.DEGRADED, served_from=ServedFrom.STALE),
        request(3, 18_999, 50, served_from=ServedFrom.CACHE),
        request(4, 19_000, 60, Outcome.FAILED),  # healing has begun
        request(5, 15_000, outcome=Outcome.UNDELIVERED),
    ]
    with open_evidence(write_run(tmp_path, records, POSTGRES)) as evidence:
        (effect,) = fault_effects(evidence)
    assert (effect.fault, effect.experiment, effect.target) == ("refused", "postgres-down", "postgres")
    assert effect.requests == 3
    assert effect.outcomes == {"timeout": 1, "degraded": 1, "ok": 1}
    assert effect.served_from == {"stale": 1, "cache": 1}
    assert effect.latency_p50_ms is None  # three requests are no sample


def test_a_faults_percentiles_are_exact(tmp_path: Path) -> None:
    records = [request(n, 11_000 + n, n + 1) for n in range(300)]
    with open_evidence(write_run(tmp_path, records, POSTGRES)) as evidence:
        (effect,) = fault_effects(evidence)
    assert (effect.latency_p50_ms, effect.latency_p95_ms, effect.latency_p99_ms) == (150, 285, 297)


def test_a_fault_that_was_not_felt_did_nothing_that_counts(tmp_path: Path) -> None:
    events = fault("refused", (10, 10.1, None, 19, 19.5, 20))
    with open_evidence(write_run(tmp_path, steady(2000), events)) as evidence:
        (effect,) = fault_effects(evidence)
    assert (effect.felt, effect.requests, effect.outcomes) == (False, 0, {})


def test_a_fault_that_never_heals_lasts_to_the_end(tmp_path: Path) -> None:
    events = fault("refused", (10, 10.1, 11, None, None, None))
    with open_evidence(write_run(tmp_path, steady(2000), events)) as evidence:
        (effect,) = fault_effects(evidence)
    assert effect.requests == 901  # one that was intended before lives into it
    assert not effect.healed


def test_a_bad_request_is_charged_to_every_fault_that_it_met(tmp_path: Path) -> None:
    records = [
        request(0, 9_000, outcome=Outcome.FAILED),  # before
        request(1, 9_995, 10, Outcome.FAILED),  # in flight when injecting began
        request(2, 15_000, outcome=Outcome.FAILED),
        request(3, 18_000, outcome=Outcome.FAILED),  # both
        request(4, 18_000),  # good: charged to nobody
        request(5, 21_000, outcome=Outcome.FAILED),  # the second only
        request(6, 22_000, outcome=Outcome.FAILED),  # healed at this very instant
    ]
    redis = fault("refused", (17, 17, 18, 21, 21, 22), id="redis-1", experiment="redis-down")
    state = fault("refused", (17, 17, 18, 21, 21, 22), id="redis-2", experiment="redis-down")
    with open_evidence(write_run(tmp_path, records, [*POSTGRES, *redis, *state])) as evidence:
        assert charges(evidence, AVAILABILITY) == (
            Charge("background", CauseKind.BACKGROUND, 2),
            Charge("postgres-down", CauseKind.FAULT, 2),
            Charge("postgres-down + redis-down", CauseKind.OVERLAP, 1),
            Charge("redis-down", CauseKind.FAULT, 1),
        )


def test_a_fault_without_experiment_is_called_by_what_it_broke(tmp_path: Path) -> None:
    events = [replace(event, experiment=None) for event in POSTGRES]
    records = [request(0, 15_000, outcome=Outcome.FAILED)]
    with open_evidence(write_run(tmp_path, records, events)) as evidence:
        assert charges(evidence, AVAILABILITY) == (Charge("refused of postgres", CauseKind.FAULT, 1),)


def test_the_ledger_tells_shares_of_the_budget_and_the_reason_names_the_worst(tmp_path: Path) -> None:
    records = with_bad(steady(4000), 3, *range(1200, 1250))
    record = evaluate(
        write_run(tmp_path, records, POSTGRES),
        (AVAILABILITY, LATENCY),
        Demands(frozenset({AVAILABILITY.name})),
    )
    assert [(one.objective, one.cause, one.bad, one.share_of_budget) for one in record.budget_ledger] == [
        ("availability-test", "postgres-down", 50, 50 / 40),
        ("availability-test", "background", 1, 1 / 40),
    ]
    assert "of the bad 50 during postgres-down, 1 while nothing was broken" in record.reasons[0]


def test_what_was_bad_after_a_fault_is_told_with_the_fault(tmp_path: Path) -> None:
    records = with_bad(steady(4000), *range(1200, 1900), *range(2000, 2300))
    record = evaluate(
        write_run(tmp_path, records, POSTGRES), (AVAILABILITY,), Demands(frozenset({AVAILABILITY.name}))
    )
    assert (
        "of the bad 700 during postgres-down, "
        "300 while nothing was broken (users were back 3.5 s after postgres-down)"
    ) in record.reasons[0]


def test_users_who_did_not_come_back_after_a_fault_are_told(tmp_path: Path) -> None:
    records = with_bad(steady(4000), *range(1200, 4000))
    record = evaluate(
        write_run(tmp_path, records, POSTGRES), (AVAILABILITY,), Demands(frozenset({AVAILABILITY.name}))
    )
    assert "while nothing was broken (users were not back after postgres-down)" in record.reasons[0]

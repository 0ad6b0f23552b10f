"""Imported evidence: counted as it is, and no verdict from what its source does not say."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.request_record import LatencyClock, Outcome, RequestRecord
from evidence.run_folder import RunFolder
from evidence.run_record import ImportedFrom
from evidence.verdict_record import ValidityCheck, Verdict, VerdictRecord
from slo.counting import Tally
from slo.evaluate import Demands, evaluate
from slo.evidence_view import open_evidence
from slo.objective import Indicator, Objective
from slo.series import latency_percentiles, outcomes_over_time
from slo.verdicts import judge
from tests.slo.runs import fault, request, run_record, steady, with_bad, write_run

AVAILABILITY = Objective("available", "foreign", Indicator.AVAILABILITY, 0.95)
LATENCY = Objective("fast", "foreign", Indicator.LATENCY, 0.95, threshold_ms=200)


def imported_run(
    tmp_path: Path, records: Sequence[RequestRecord], *, requests: int | None = None
) -> RunFolder:
    told = ImportedFrom("nginx", ("access.log",), len(records) if requests is None else requests, "the send")
    run = replace(run_record(records), scheduled=(), machine=None, imported=told)
    return write_run(tmp_path, records, run=run)


@pytest.mark.parametrize(("skipped", "verdict"), [(5, Verdict.MET), (6, Verdict.INVALID)])
def test_lines_that_were_skipped_may_be_one_in_two_hundred(
    skipped: int, verdict: Verdict, tmp_path: Path
) -> None:
    records = sent(steady(1000))
    told = ImportedFrom(
        "nginx", ("a.log",), 1000, "the send", lines_used=1000 - skipped, lines_skipped=skipped
    )
    run = replace(run_record(records), scheduled=(), machine=None, imported=told)
    judged = evaluate(
        write_run(tmp_path, records, run=run), (AVAILABILITY,), Demands(frozenset({"available"}))
    )
    assert judged.verdict is verdict
    found = check(judged, "skipped-lines")
    assert found is not None
    assert f"{skipped} of 1,000 lines could not be read and were skipped" in found.reason


def sent(records: Sequence[RequestRecord]) -> list[RequestRecord]:
    """As of a source whose latency counts from the send."""
    return [replace(one, clock=LatencyClock.SENT) for one in records]


def untimed(records: Sequence[RequestRecord]) -> list[RequestRecord]:
    """As of a source that does not say how long requests took."""
    return [
        replace(one, clock=LatencyClock.SENT, started_ns=None, ended_ns=one.intended_ns) for one in records
    ]


def planned(records: Sequence[RequestRecord]) -> list[RequestRecord]:
    """As of a source that knows when requests were intended, and not when they were sent."""
    return [replace(one, started_ns=None) for one in records]


def verdict_of(folder: RunFolder) -> VerdictRecord:
    return evaluate(folder, (AVAILABILITY, LATENCY), Demands(frozenset({"available", "fast"})))


def check(record: VerdictRecord, name: str) -> ValidityCheck | None:
    return next((one for one in record.validity.checks if one.name == name), None)


def result(record: VerdictRecord, name: str) -> Verdict:
    return next(one.verdict for one in record.objectives if one.name == name)


def test_a_run_without_a_schedule_is_counted_and_says_what_cannot_be_told(tmp_path: Path) -> None:
    record = verdict_of(imported_run(tmp_path, sent(steady(100))))
    assert record.verdict is Verdict.MET
    imported, clock = check(record, "imported"), check(record, "latency-clock")
    assert imported is not None
    assert "neither lost arrivals nor dispatch lag can be told" in imported.reason
    assert clock is not None
    assert clock.reason.startswith("the latency of 100 of 100 requests counts from their sending")
    assert check(record, "dispatch-lag-p99-ms") is None
    assert check(record, "generator-exit") is None


def test_intended_instants_need_no_schedule_where_the_load_was_another_s(tmp_path: Path) -> None:
    record = verdict_of(imported_run(tmp_path, planned(steady(100))))
    assert record.verdict is Verdict.MET, record.reasons
    assert check(record, "latency-clock") is None


def test_evidence_of_ours_that_does_not_say_when_it_sent_is_still_invalid(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, planned(steady(100))))
    assert record.verdict is Verdict.INVALID
    assert "neither sent nor undelivered" in record.reasons[0]


def test_records_that_are_missing_from_an_import_make_it_invalid(tmp_path: Path) -> None:
    record = verdict_of(imported_run(tmp_path, sent(steady(100)), requests=101))
    assert record.verdict is Verdict.INVALID
    assert "101 requests were imported, the folder has 100 records" in record.reasons[0]


def test_arrivals_that_the_tool_dropped_make_it_invalid(tmp_path: Path) -> None:
    dropped = [replace(one, outcome=Outcome.UNDELIVERED, started_ns=None, ended_ns=None) for one in steady(2)]
    records = [*dropped, *(replace(one, sequence=one.sequence + 2) for one in sent(steady(198)))]
    record = verdict_of(imported_run(tmp_path, records))
    assert record.verdict is Verdict.INVALID
    assert "2 of 200 arrivals were never sent" in record.reasons[0]


def test_without_latencies_availability_is_proven_and_latency_is_not(tmp_path: Path) -> None:
    record = verdict_of(imported_run(tmp_path, untimed(steady(100))))
    assert record.verdict is Verdict.NOT_PROVEN
    assert result(record, "available") is Verdict.MET
    latency = next(one for one in record.objectives if one.name == "fast")
    assert (latency.verdict, latency.unknown, latency.good, latency.bad) == (Verdict.NOT_PROVEN, 100, 0, 0)
    assert latency.ratio is None
    assert latency.reason == "the latency of 100 of 100 requests is not recorded"
    assert latency.needs == "needs evidence that records how long requests took"


def test_without_latencies_too_many_failures_still_miss_a_latency_objective(tmp_path: Path) -> None:
    records = untimed(with_bad(steady(200), *range(0, 200, 5)))
    record = verdict_of(imported_run(tmp_path, records))
    latency = next(one for one in record.objectives if one.name == "fast")
    assert latency.verdict is Verdict.MISSED
    assert "were all of them good" in latency.reason


@pytest.mark.parametrize(
    ("good", "unknown", "total", "verdict"),
    [
        (100, 0, 100, Verdict.MET),
        (1000, 5, 1005, Verdict.MET),
        (1000, 60, 1060, Verdict.NOT_PROVEN),
        (0, 1000, 1000, Verdict.NOT_PROVEN),
        (0, 900, 1000, Verdict.MISSED),
        (500, 0, 1000, Verdict.MISSED),
    ],
)
def test_only_what_holds_whatever_is_unknown_is_said(
    good: int, unknown: int, total: int, verdict: Verdict
) -> None:
    assert judge(LATENCY, Tally(good, total, unknown=unknown)).verdict is verdict
    window = judge(LATENCY, Tally(good, total, unknown=unknown), "window").verdict
    assert window is verdict


def test_what_is_unknown_is_charged_to_nobody(tmp_path: Path) -> None:
    records = untimed(with_bad(steady(100), 7))
    told = ImportedFrom("nginx", ("access.log",), len(records), "the send")
    run = replace(run_record(records), scheduled=(), imported=told)
    steps = fault("refused", (0, 0.1, 0.2, 0.8, 0.9, 1), experiment="redis-down")
    record = verdict_of(write_run(tmp_path, records, steps, run))
    assert [(one.objective, one.cause, one.bad) for one in record.budget_ledger] == [
        ("available", "redis-down", 1),
        ("fast", "redis-down", 1),
    ]


def test_percentiles_are_those_of_the_requests_whose_times_are_known(tmp_path: Path) -> None:
    timed = sent([request(n, n * 10, 40) for n in range(60)])
    rest = untimed([request(n, n * 10) for n in range(60, 100)])
    with open_evidence(imported_run(tmp_path, [*timed, *rest])) as evidence:
        (row,) = latency_percentiles(evidence, by=())
        assert (row.requests, row.latency_p95_ms, row.latency_max_ms) == (100, 40.0, 40.0)
        assert row.latency_p99_ms is None
        assert outcomes_over_time(evidence, 1.0)[0].latency_p50_ms == 40.0
    with open_evidence(imported_run(tmp_path / "none", rest)) as evidence:
        (row,) = latency_percentiles(evidence, by=())
        assert (row.latency_p50_ms, row.latency_max_ms, row.service_p50_ms) == (None, None, None)


def test_service_time_is_not_known_where_the_send_is_not(tmp_path: Path) -> None:
    with open_evidence(imported_run(tmp_path, planned(steady(100)))) as evidence:
        (row,) = latency_percentiles(evidence, by=())
        assert (row.latency_p50_ms, row.service_p50_ms) == (10.0, None)

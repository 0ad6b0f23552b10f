"""Indicators of answers and of writes: what they count, and what they say when nobody looked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.request_record import Outcome, RequestRecord, ServedFrom
from evidence.verdict_record import ObjectiveResult, Verdict, VerdictRecord
from evidence.write_record import WriteRecord
from slo.evaluate import Demands, evaluate
from slo.promise import Budgeting, Indicator, Objective, Slices
from tests.slo.runs import fault, phase, request, write_of, write_run
from tests.slo.tables.tables import judged, lines, written

QUALITY = Objective("full", "search", Indicator.QUALITY, 0.9)
STALENESS = Objective("young", "search", Indicator.STALENESS, 0.9, threshold_ms=60_000)
DURABILITY = Objective("kept", "search", Indicator.DURABILITY, 0.9)
FRESHNESS = Objective("found", "search", Indicator.FRESHNESS, 0.9, threshold_ms=1000)
EVENTS = [*phase("warm-up", 0, 1), *phase("morning", 1, 51), *phase("evening", 51, 110)]


def judge(
    tmp_path: Path,
    records: Sequence[RequestRecord],
    *objectives: Objective,
    writes: Sequence[WriteRecord] = (),
    events: Sequence[object] = EVENTS,
) -> VerdictRecord:
    run = write_run(tmp_path, records, events, writes=writes)  # type: ignore[arg-type]  # by name
    return evaluate(run, objectives, Demands(frozenset(one.name for one in objectives)))


def whole(record: VerdictRecord, name: str) -> ObjectiveResult:
    (found,) = [one for one in record.objectives if one.name == name and one.phase is None]
    return found


def counts(record: VerdictRecord, name: str) -> tuple[int, int, int]:
    one = whole(record, name)
    return one.good, one.total, one.unknown


def answers(**fields: object) -> list[RequestRecord]:
    """100 live answers, a second each, of which those at even seconds are otherwise."""
    made = [request(n, 1000 + n * 1000, served_from=ServedFrom.LIVE) for n in range(100)]
    return [replace(one, **fields) if n % 2 == 0 else one for n, one in enumerate(made)]  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("fields", "good", "total"),
    [
        ({"served_from": ServedFrom.CACHE, "age_s": 5.0}, 100, 100),
        ({"outcome": Outcome.DEGRADED}, 50, 100),
        ({"served_from": ServedFrom.STALE, "age_s": 5.0}, 50, 100),
        ({"partial": True}, 50, 100),
        ({"outcome": Outcome.DEGRADED, "served_from": ServedFrom.EMPTY}, 50, 50),  # availability's loss
        ({"outcome": Outcome.FAILED, "served_from": None}, 50, 50),
    ],
)
def test_quality_is_the_share_of_full_answers(
    tmp_path: Path, fields: dict[str, object], good: int, total: int
) -> None:
    assert counts(judge(tmp_path, answers(**fields), QUALITY), "full") == (good, total, 0)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"served_from": ServedFrom.CACHE, "age_s": 60.0}, (100, 100, 0)),
        ({"served_from": ServedFrom.STALE, "age_s": 61.0}, (50, 100, 0)),
        ({"served_from": ServedFrom.CACHE, "age_s": None}, (50, 100, 50)),
        ({"served_from": None}, (50, 100, 50)),
        ({"served_from": ServedFrom.CACHE, "age_s": float("nan")}, (50, 100, 50)),
        ({"served_from": ServedFrom.CACHE, "age_s": float("inf")}, (50, 100, 50)),
        ({"served_from": ServedFrom.CACHE, "age_s": -5.0}, (50, 100, 50)),
    ],
)
def test_staleness_is_the_share_of_answers_that_are_young_enough(
    tmp_path: Path, fields: dict[str, object], expected: tuple[int, int, int]
) -> None:
    record = judge(tmp_path, answers(**fields), STALENESS)
    assert counts(record, "young") == expected
    if expected[2]:
        assert whole(record, "young").verdict is Verdict.NOT_PROVEN
        assert "the age of 50 of 100 answers is not recorded" in whole(record, "young").reason


def written_by(count: int = 100) -> list[RequestRecord]:
    return [request(n, 1000 + n * 1000, operation="index", status=202) for n in range(count)]


@pytest.mark.parametrize(
    ("fields", "kept", "found"),
    [
        ({"checked_ms": 9000, "found_version": 7, "visible_ms": 900}, (1, 0), (1, 0)),
        ({"checked_ms": 9000, "found_version": 8, "visible_ms": 1000}, (1, 0), (1, 0)),
        ({"checked_ms": 9000, "found_version": 6, "visible_ms": 1001}, (0, 0), (0, 0)),
        ({"checked_ms": 9000}, (0, 0), (0, 0)),  # what is not there, no search finds
        ({"checked_ms": 9000, "found_version": 7}, (1, 0), (0, 1)),
        ({"visible_ms": 500}, (0, 1), (1, 0)),
        ({}, (0, 1), (0, 1)),
        ({"operation": "delete", "checked_ms": 9000}, (1, 0), None),
        ({"operation": "delete", "checked_ms": 9000, "found_version": 8}, (1, 0), None),
        ({"operation": "delete", "checked_ms": 9000, "found_version": 7}, (0, 0), None),  # it came back
    ],
)
def test_what_a_check_says_of_a_write(
    tmp_path: Path, fields: dict[str, object], kept: tuple[int, int], found: tuple[int, int] | None
) -> None:
    records = written_by(1)
    write = write_of(records[0], version=7, **fields)  # type: ignore[arg-type]  # by name
    record = judge(tmp_path, records, DURABILITY, FRESHNESS, writes=[write])
    assert counts(record, "kept") == (kept[0], 1, kept[1])
    assert counts(record, "found") == ((found[0], 1, found[1]) if found else (0, 0, 0))


def test_of_a_document_only_its_newest_write_can_be_looked_for(tmp_path: Path) -> None:
    records = written_by(3)
    writes = [
        write_of(records[0], document_id="d", version=1),
        write_of(records[1], document_id="d", version=2, checked_ms=9000, found_version=2, visible_ms=10),
        write_of(records[2], document_id="e", version=3, checked_ms=9000, found_version=3, visible_ms=10),
    ]
    record = judge(tmp_path, records, DURABILITY, FRESHNESS, writes=writes)
    assert counts(record, "kept") == counts(record, "found") == (2, 2, 0)


def test_writes_that_nothing_looked_for_prove_nothing(tmp_path: Path) -> None:
    records = written_by()
    record = judge(tmp_path, records, DURABILITY, FRESHNESS, writes=[write_of(one) for one in records])
    kept, found = whole(record, "kept"), whole(record, "found")
    assert record.verdict is kept.verdict is found.verdict is Verdict.NOT_PROVEN
    assert kept.reason == "nothing looked for 100 of 100 writes after they were acknowledged"
    assert kept.needs == "needs a check that looks for acknowledged writes and records what it found"
    assert kept.ratio is None


@pytest.mark.parametrize("objective", [DURABILITY, FRESHNESS, STALENESS, QUALITY], ids=lambda one: one.name)
@pytest.mark.parametrize("question", ["inference", "window"])
def test_without_anything_to_count_nothing_is_proven(
    tmp_path: Path, objective: Objective, question: str
) -> None:
    failed = [replace(one, outcome=Outcome.FAILED, status=503) for one in written_by()]
    run = write_run(tmp_path, failed, EVENTS)
    demands = Demands(frozenset({objective.name}), question)  # type: ignore[arg-type]  # by name
    record = evaluate(run, (objective,), demands)
    assert record.verdict is Verdict.NOT_PROVEN
    thing = objective.indicator.counted.removesuffix("s")
    assert whole(record, objective.name).reason == f"no {thing} counts"


def test_all_found_is_met_and_one_lost_of_many_is_told(tmp_path: Path) -> None:
    records = written_by()
    found = [write_of(one, checked_ms=9000, found_version=1, visible_ms=700) for one in records]
    assert judge(tmp_path / "kept", records, DURABILITY, FRESHNESS, writes=found).verdict is Verdict.MET
    lost = [replace(one, found_version=None) if n % 4 == 0 else one for n, one in enumerate(found)]
    record = judge(tmp_path / "lost", records, DURABILITY, writes=lost)
    assert record.verdict is Verdict.MISSED
    assert "75.00% of 100 writes were found again, 90% is promised" in whole(record, "kept").reason


def test_each_is_told_by_tier_tenant_operation_and_phase(tmp_path: Path) -> None:
    records = [
        request(
            n,
            1000 + n * 1000,
            outcome=Outcome.DEGRADED if n >= 50 else Outcome.OK,
            tier="free" if n % 2 else "enterprise",
            tenant=f"t-{n % 4}",
            operation="get" if n % 5 == 0 else "search",
            served_from=ServedFrom.LIVE,
            target="canary" if n % 10 == 0 else "stable",
        )
        for n in range(100)
    ]
    of_canary = replace(QUALITY, name="of-canary", named_target="canary")
    of_tier = replace(QUALITY, name="of-tier", tier="free")
    of_tenant = replace(QUALITY, name="of-tenant", tenant="t-3")
    of_operation = replace(QUALITY, name="of-operation", operation="get")
    available = replace(of_tenant, name="available", indicator=Indicator.AVAILABILITY)
    record = judge(tmp_path, records, QUALITY, of_tier, of_tenant, of_operation, available, of_canary)
    assert counts(record, "of-canary") == (5, 10, 0)
    assert counts(record, "of-tier") == (25, 50, 0)
    assert counts(record, "of-tenant") == (12, 25, 0)
    assert counts(record, "of-operation") == (10, 20, 0)
    assert counts(record, "available") == (25, 25, 0)
    phases = {one.phase: (one.good, one.total) for one in record.objectives if one.name == "full"}
    assert phases == {None: (50, 100), "morning": (50, 50), "evening": (0, 50)}


def test_what_is_bad_is_charged_to_the_faults_it_met(tmp_path: Path) -> None:
    records = [
        request(
            n,
            1000 + n * 1000,
            operation="index",
            status=202,
            outcome=Outcome.DEGRADED if 20 <= n < 40 else Outcome.OK,
        )
        for n in range(100)
    ]
    # What was written before the fault and looked for after it may have been lost by it.
    writes = [
        write_of(one, checked_ms=60_000, found_version=None if n in {10, 90} else 1)
        for n, one in enumerate(records)
    ]
    events = [*EVENTS, *fault("refused", (20.5, 20.6, 20.7, 41, 41.1, 41.2), experiment="postgres-down")]
    record = judge(tmp_path, records, QUALITY, DURABILITY, writes=writes, events=events)
    charged = {(one.objective, one.cause): one.bad for one in record.budget_ledger}
    assert charged == {
        ("full", "postgres-down"): 20,
        ("kept", "postgres-down"): 1,
        ("kept", "background"): 1,
    }


def test_slices_of_time_may_be_of_full_answers(tmp_path: Path) -> None:
    slices = Slices(10.0, 0.9)
    objective = replace(QUALITY, budgeting=Budgeting.TIMESLICES, slices=slices)
    records = [
        replace(one, outcome=Outcome.DEGRADED) if 20 <= n < 25 else one for n, one in enumerate(answers())
    ]
    good, total, _ = counts(judge(tmp_path, records, objective), "full")
    assert total - good == 1


def test_a_table_of_requests_cannot_tell_of_them(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="objective full: quality"):
        judged(written(tmp_path, lines()), objectives=(QUALITY,), demands=Demands(frozenset({"full"})))

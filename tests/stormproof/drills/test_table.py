"""Results on a terminal: measured beside allowed, and the lost by name, however narrow it is."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from evidence.drill_record import (
    DrillOutcome,
    DrillRecord,
    LostWrite,
    OperationOutage,
    RecoveryObjective,
)
from stormproof.drills.table import results_table, told_s


def record(lost: int) -> DrillRecord:
    return DrillRecord(
        drill="standby-promoted",
        title="PostgreSQL standby promoted",
        profile="replicas",
        objective=RecoveryObjective(rto_s=900, rpo_s=1, source="6.4"),
        outcome=DrillOutcome.RECOVERED,
        reason="",
        failed_ns=0,
        restored_ns=4_730_000_000,
        rto_s=4.73,
        rpo_s=0.5 if lost else 0,
        acknowledged=177,
        lost=tuple(
            LostWrite("postgres", "enterprise-01", f"document-{number}", number, "index", 0, None)
            for number in range(lost)
        ),
        outages=(OperationOutage("get", 119, 2, 13, 0.3, 4_410_000_000),),
        steps=(),
        before=100,
        before_in_full=99,
    )


def shown(*records: DrillRecord, width: int = 80) -> str:
    output = StringIO()
    Console(file=output, width=width).print(results_table(records))
    return output.getvalue()


def test_measured_stands_beside_allowed() -> None:
    lines = shown(record(0)).splitlines()
    assert "standby-promoted" in lines[1]
    assert "met" in lines[1]
    assert "4.73 s of 15 min" in lines[1]
    assert "0 s of 1 s" in lines[1]
    assert "99 of 100 requests in full before the failure; of 119 after it 2 unanswered" in shown(
        record(0), width=200
    )


def test_what_is_lost_is_named_up_to_a_few() -> None:
    text = shown(record(12), width=200)
    assert "lost from postgres: enterprise-01/document-0, index version 0: nothing is there" in text
    assert "document-9," in text
    assert "document-10," not in text
    assert "and 2 more: drill.json names all" in text


def test_times_are_told_in_the_unit_that_people_use() -> None:
    assert [told_s(one) for one in (None, 0.318, 108.05, 900, 21600)] == [
        "–",
        "0.318 s",
        "108 s",
        "15 min",
        "6 h",
    ]


def test_a_document_that_several_stores_lack_is_lost_once() -> None:
    one = LostWrite("service", "enterprise-01", "document-1", 1, "index", 0, None)
    missed = replace(record(0), lost=(one, replace(one, store="postgres")))
    assert "1 of 177" in shown(missed)

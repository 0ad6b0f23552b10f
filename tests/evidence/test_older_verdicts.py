"""Verdicts of earlier schemas are read still."""

import json
from pathlib import Path

import pytest

from evidence.documents import parse_document
from evidence.verdict_record import VerdictRecord

WRITTEN = Path(__file__).parent / "older/verdict-2.json"


@pytest.mark.parametrize("schema", [1, 2])
def test_a_verdict_of_an_earlier_schema_is_read_whole(schema: int) -> None:
    document = json.loads(WRITTEN.read_text()) | {"schema": schema}
    record = parse_document(WRITTEN, json.dumps(document), VerdictRecord)
    assert record.schema == schema
    (effect,), (entry,), (cell,) = record.faults, record.budget_ledger, record.contract
    assert (effect.fault, effect.recovery) == ("refused", ())
    assert (entry.bad, entry.kind) == (11, None)
    assert (cell.requests, cell.kind, cell.demanded, cell.needs) == (9, "", False, None)
    assert record.contract_coverage == ()

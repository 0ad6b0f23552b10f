"""Shares of a contract are bounded as objectives are: as many bad answers tell less where they come at
once."""

from pathlib import Path

import pytest

from evidence.request_record import Outcome
from evidence.verdict_record import CellVerdict
from slo.verdicts import Question
from tests.slo.contract.contracts import postgres_away
from tests.slo.contract.evidence_under_fault import changed, kept
from tests.slo.contract.test_cells import cell, judged

EVENLY = [1301 + 35 * n for n in range(20)]
AT_ONCE = [1301 + 5 * n for n in range(20)]
"""20 of the 780 searches, over all of the fault, and in two seconds of it."""


@pytest.mark.parametrize(
    ("at", "question", "verdict"),
    [
        (EVENLY, "inference", CellVerdict.PROVED),
        (AT_ONCE, "inference", CellVerdict.NOT_EXERCISED),
        (AT_ONCE, "window", CellVerdict.PROVED),
    ],
)
def test_a_burst_of_bad_answers_proves_less(
    tmp_path: Path, at: list[int], question: Question, verdict: CellVerdict
) -> None:
    records = changed(kept(), at, outcome=Outcome.FAILED, status=503)
    record = judged(tmp_path, records, postgres_away(tmp_path, "availability: 0.95"), question=question)
    found = cell(record, "search", "availability")
    assert found.observed == "97.44%, 20 bad of 780"
    assert found.verdict is verdict
    if verdict is CellVerdict.NOT_EXERCISED:
        assert "more requests at the present ratio" in (found.needs or "")

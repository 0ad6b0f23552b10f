"""An experiment that is no evidence makes the run none; one whose hypothesis did not hold is told."""

from dataclasses import replace

import pytest

from evidence.experiment_record import ExperimentRecord, Finding
from evidence.verdict_record import Verdict
from slo.validity.supervised import check_supervised

SOUND = ExperimentRecord(
    "redis-down",
    "redis-down.yaml",
    "broken",
    1,
    2,
    0,
    "completed",
    Verdict.MET,
    (),
    "logs/broken-journal.json",
)


@pytest.mark.parametrize(
    ("verdict", "held", "told"),
    [
        (
            Verdict.INVALID,
            False,
            "redis-down is no evidence: method[0] (inject): failed (see logs/broken-journal",
        ),
        (Verdict.MISSED, True, "redis-down did what it was to do; method[0] (inject): failed"),
        (None, True, "redis-down did what it was to do"),
    ],
)
def test_findings_decide_by_their_weight(verdict: Verdict | None, held: bool, told: str) -> None:
    finding = Finding("made", verdict, "method[0] (inject)", "failed")
    (check,) = check_supervised((replace(SOUND, findings=(finding,)),))
    assert (check.name, check.held) == ("experiment-sound: broken", held)
    assert told in check.reason


def test_a_run_without_experiments_has_no_such_check() -> None:
    assert list(check_supervised(())) == []

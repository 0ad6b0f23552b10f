"""All requests of a run by what became of them, of each target apart."""

from dataclasses import replace
from pathlib import Path

from evidence.request_record import Outcome
from slo.outcomes import OutcomeCount, count_outcomes
from tests.slo.runs import run_record, steady, with_bad, write_run


def test_each_target_s_outcomes_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    records = [
        replace(record, target="canary" if index % 2 else "stable", detail=f"number {index}")
        for index, record in enumerate(with_bad(steady(10), 1, 3, 5, 4))
    ]
    assert count_outcomes(write_run(tmp_path, records)) == (
        OutcomeCount("canary", Outcome.FAILED, 3, "number 1"),
        OutcomeCount("canary", Outcome.OK, 2, "number 7"),
        OutcomeCount("stable", Outcome.OK, 4, "number 0"),
        OutcomeCount("stable", Outcome.FAILED, 1, "number 4"),
    )


def test_a_run_without_a_request_has_none(tmp_path: Path) -> None:
    assert count_outcomes(write_run(tmp_path, [], run=run_record([]))) == ()

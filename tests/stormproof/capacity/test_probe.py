"""What a probe's verdict says of its rate."""

from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import ObjectiveResult, Validity, ValidityCheck, Verdict, VerdictRecord
from stormproof.capacity.probe import UnsoundProbe, outcome_of
from stormproof.capacity.search import ProbeOutcome

FOLDER = RunFolder(Path("runs/one"))


def verdict(kind: Verdict, ratio: float | None = None, broken: tuple[str, ...] = ()) -> VerdictRecord:
    objective = ObjectiveResult(
        name="availability",
        service="s",
        indicator="availability",
        labels={},
        phase=None,
        demanded=True,
        target=0.99,
        threshold_ms=None,
        good=0,
        total=0,
        ratio=ratio,
        budget=0,
        consumed=None,
        interval=None,
        verdict=kind,
        reason="",
        needs=None,
    )
    checks = tuple(ValidityCheck(name, 1.0, 0.0, held=False, reason=name) for name in broken)
    return VerdictRecord(
        verdict=kind,
        reasons=(),
        validity=Validity(not broken, checks),
        objectives=(objective,),
        faults=(),
        budget_ledger=(),
    )


def test_a_verdict_with_confidence_decides() -> None:
    assert outcome_of(verdict(Verdict.MET), FOLDER) is ProbeOutcome.HOLDS
    assert outcome_of(verdict(Verdict.MISSED), FOLDER) is ProbeOutcome.FAILS


def test_without_it_the_window_does() -> None:
    assert outcome_of(verdict(Verdict.NOT_PROVEN, 0.995), FOLDER) is ProbeOutcome.HOLDS
    assert outcome_of(verdict(Verdict.NOT_PROVEN, 0.985), FOLDER) is ProbeOutcome.FAILS
    assert outcome_of(verdict(Verdict.NOT_PROVEN), FOLDER) is ProbeOutcome.UNSURE


def test_a_generator_that_was_too_slow_says_nothing_of_the_target() -> None:
    late = verdict(Verdict.INVALID, broken=("dispatch-lag-p99-ms", "generator-busy"))
    assert outcome_of(late, FOLDER) is ProbeOutcome.GENERATOR


def test_what_is_no_evidence_for_another_reason_ends_the_search() -> None:
    with pytest.raises(UnsoundProbe, match="records-complete"):
        outcome_of(verdict(Verdict.INVALID, broken=("dispatch-lag-p99-ms", "records-complete")), FOLDER)

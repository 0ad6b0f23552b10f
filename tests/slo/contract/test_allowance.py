"""With a contract, availability counts those degraded answers as good that it allows."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.request_record import Outcome, RequestRecord, ServedFrom
from slo.contract.allowance import count_by_contract
from slo.counting import tally
from slo.evidence_view import open_evidence
from slo.objective import Indicator, Objective
from tests.slo.contract.contracts import postgres_away
from tests.slo.runs import fault, request, write_run

AVAILABILITY = Objective("availability-test", "search", Indicator.AVAILABILITY, 0.95)
POSTGRES = fault("refused", (10, 10.1, 11, 19, 19.5, 20), experiment="postgres-down")
ALLOWED = "outcomes: [ok, degraded]\nserved_from: [stale, empty]\nstaleness_s: 60\nrecovery_s: 5"


def degraded(
    at_ms: float, source: ServedFrom | None = ServedFrom.STALE, age_s: float | None = 10
) -> RequestRecord:
    return replace(request(0, at_ms, 20, Outcome.DEGRADED, served_from=source), age_s=age_s)


def good(folder: Path, record: RequestRecord, promises: str | None) -> bool:
    with open_evidence(write_run(folder, [record], POSTGRES)) as evidence:
        if promises is not None:
            count_by_contract(evidence, postgres_away(folder, promises))
        return tally(evidence, AVAILABILITY, ()).whole_run.good == 1


@pytest.mark.parametrize(
    ("record", "allowed"),
    [
        (degraded(15_000), True),
        (degraded(15_000, None, None), True),  # it does not say where it comes from
        (degraded(15_000, ServedFrom.LIVE, None), False),
        (degraded(15_000, ServedFrom.EMPTY, None), False),  # bad, whatever a contract allows
        (degraded(15_000, age_s=60), True),
        (degraded(15_000, age_s=61), False),
        (degraded(9_000), False),  # nothing is broken
        (degraded(9_990), True),  # it lives into the injecting
        (degraded(10_050), True),  # on its way in
        (degraded(20_500), True),  # gone, and recovering
        (degraded(24_990), True),
        (degraded(25_000), False),  # it has had its time
        (replace(degraded(15_000), operation="get"), False),  # the contract does not speak of it
        (replace(degraded(9_000), outcome=Outcome.OK), True),  # full answers need no contract
        (replace(degraded(15_000), outcome=Outcome.FAILED), False),
    ],
)
def test_a_degraded_answer_is_good_where_the_contract_allows_it(
    tmp_path: Path, record: RequestRecord, *, allowed: bool
) -> None:
    assert good(tmp_path, record, ALLOWED) is allowed


def test_without_a_contract_every_degraded_answer_is_good_that_is_not_empty(tmp_path: Path) -> None:
    assert good(tmp_path / "1", degraded(9_000, ServedFrom.LIVE), None)
    assert not good(tmp_path / "2", degraded(15_000, ServedFrom.EMPTY), None)


def test_an_operation_that_may_only_end_ok_may_not_be_degraded(tmp_path: Path) -> None:
    assert not good(tmp_path, degraded(15_000), "outcomes: [ok]")


def test_a_contract_that_does_not_speak_of_outcomes_allows_degraded_answers(tmp_path: Path) -> None:
    assert good(tmp_path, degraded(15_000), "p99_ms: 100")

"""However many objectives are judged, the requests are read as often as for one."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from slo.contract.contract import read_contract
from slo.contract.exercised import exercised
from slo.contract.observe import observe
from slo.evidence_view import Evidence, open_evidence
from slo.ledger import charges, charges_of_all
from slo.promise import Indicator, Objective
from slo.recovery.faults import fault_recoveries
from tests.slo.runs import fault, steady, with_bad, write_run

CONTRACT = Path(__file__).parents[2] / "slo/contracts/reference-service.yaml"
EVENTS = [
    *fault("refused", (10, 10.1, 10.2, 12, 12.1, 12.2), id="one", experiment="redis-down"),
    *fault("refused", (20, 20.1, 20.2, 22, 22.1, 22.2), id="two", experiment="postgres-down"),
]
OBJECTIVES = tuple(
    Objective(
        f"{operation}-{threshold_ms}",
        "search",
        Indicator.LATENCY,
        0.99,
        operation=operation,
        threshold_ms=threshold_ms,
    )
    for operation in ("search", "get", None)
    for threshold_ms in (5.0, 50.0, 500.0)
)
_READS = re.compile(r"\b(FROM|JOIN) counted\b")


@dataclass
class Counting:
    """A connection that counts the statements that read the requests."""

    connection: duckdb.DuckDBPyConnection
    scans: list[str] = field(default_factory=list)

    def execute(self, text: str, *more: object) -> duckdb.DuckDBPyConnection:
        if _READS.search(text):
            self.scans.append(text)
        return self.connection.execute(text, *cast(Any, more))


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    records = with_bad(steady(3000), 3, *range(1000, 1100), *range(2050, 2100))
    with open_evidence(write_run(tmp_path_factory.mktemp("run"), records, EVENTS)) as opened:
        yield opened


def scans(evidence: Evidence, ask: Callable[[Evidence], object]) -> int:
    counting = Counting(evidence.connection)
    ask(replace(evidence, connection=cast(duckdb.DuckDBPyConnection, counting)))
    return len(counting.scans)


def test_the_ledger_of_all_objectives_is_one_scan(evidence: Evidence) -> None:
    assert scans(evidence, lambda counted: charges_of_all(counted, OBJECTIVES)) == 1
    assert charges_of_all(evidence, OBJECTIVES) == tuple(charges(evidence, one) for one in OBJECTIVES)


def test_the_course_of_all_faults_for_all_objectives_is_as_many_scans_as_of_one(evidence: Evidence) -> None:
    def courses(objectives: Sequence[Objective]) -> int:
        return scans(evidence, lambda counted: fault_recoveries(counted, tuple(objectives)))

    assert courses(OBJECTIVES) == courses(OBJECTIVES[:1]) == 2  # when the load began and ended is one
    together = fault_recoveries(evidence, OBJECTIVES)
    for position, one in enumerate(OBJECTIVES):
        alone = fault_recoveries(evidence, (one,))
        assert {name: found[position : position + 1] for name, found in together.items()} == alone


def test_a_contract_is_as_many_scans_for_all_operations_as_for_one(evidence: Evidence) -> None:
    contract = read_contract(CONTRACT)
    found = exercised(contract, evidence.faults)

    def observed(*operations: str) -> int:
        return scans(evidence, lambda counted: observe(counted, contract, found, frozenset(operations)))

    assert observed("search") == observed("search", "get", "index", "bulk", "delete", "job")

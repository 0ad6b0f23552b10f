"""The reasons of a verdict, as they are read: what broke first, then what is open, then what held."""

from dataclasses import replace

from evidence.verdict_record import CellVerdict, ContractCell, ObjectiveResult, Validity, Verdict
from slo.evaluate import verdict_reasons

OBJECTIVE = ObjectiveResult(
    name="",
    service="shop",
    indicator="availability",
    labels={},
    phase=None,
    demanded=True,
    target=0.99,
    threshold_ms=None,
    good=1,
    total=1,
    ratio=1.0,
    budget=0.01,
    consumed=0.0,
    interval=None,
    verdict=Verdict.MET,
    reason="as told",
    needs=None,
)
CELL = ContractCell("redis-down", "search", "answers only with 200", "503: 3", 3, CellVerdict.VIOLATED)


def told(objectives: dict[str, Verdict], *cells: ContractCell) -> list[str]:
    results = tuple(replace(OBJECTIVE, name=name, verdict=verdict) for name, verdict in objectives.items())
    return list(verdict_reasons(Validity(valid=True, checks=()), results, (), cells))


def test_a_violated_cell_stands_before_objectives_that_held_or_are_open() -> None:
    reasons = told(
        {"held": Verdict.MET, "open": Verdict.NOT_PROVEN, "missed": Verdict.MISSED},
        replace(CELL, operation="get", verdict=CellVerdict.NOT_EXERCISED),
        CELL,
    )
    order = [reason.removeprefix("contract: under redis-down, ").split()[0] for reason in reasons]
    assert order == ["missed:", "search", "open:", "get", "held:"]


def test_those_left_out_are_counted() -> None:
    assert told({}, *[CELL] * 6)[-1] == "contract: 1 more cell was violated"
    assert told({}, *[CELL] * 7)[-1] == "contract: 2 more cells were violated"


def test_a_contract_that_held_is_a_line() -> None:
    proved = replace(CELL, verdict=CellVerdict.PROVED)
    assert told({"held": Verdict.MET}, proved, proved) == [
        "held: as told",
        "contract: all 2 cells that the run brought about were proved",
    ]

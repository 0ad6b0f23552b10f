"""A contract that says nothing of what a plan breaks is refused: its promises would be demanded of nobody."""

import pytest

from slo.contract.contract import Article, Contract
from slo.contract.situation import Part, Situation
from stormproof.run.contract_fit import contract_problems


def problems(*parts: Part, experiments: tuple[str, ...] = ("stock-down",)) -> list[str]:
    contract = Contract("made", (Article("away", Situation(parts), ()),))
    return [str(one) for one in contract_problems(contract, experiments)]


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (Part(None, frozenset({"stock"}), frozenset({"refused", "latency"})),),
        (Part("stock-down"), Part("of-another-plan")),
        (Part("of-another-plan"), Part(None, frozenset({"stock"}))),
    ],
)
def test_a_contract_may_say_more_than_one_plan_brings_about(parts: tuple[Part, ...]) -> None:
    assert problems(*parts) == []


def test_a_fault_that_there_is_not_is_told_with_those_that_there_are() -> None:
    (problem,) = problems(Part(None, frozenset({"stock"}), frozenset({"refuzed", "latency"})))
    assert problem.startswith("situation away.faults: refuzed: must be one of ")
    assert "refused" in problem


def test_a_contract_of_other_experiments_alone_is_told_with_those_of_the_plan() -> None:
    (problem,) = problems(Part("stock-dwn"))
    assert problem == "situations: stock-dwn: one at least must be an experiment of the plan: stock-down"
    assert problems(Part("stock-dwn"), experiments=()) == [], "a plan that breaks nothing yet"

"""Random values: within their bounds, the same for the same seed, the same throughout an arrival."""

import random
import uuid
from collections import Counter
from datetime import UTC, datetime

import pytest

from loadtests.templates.escaping import Value
from loadtests.values.draws import arrival_draws, draw_of
from loadtests.values.known_names import problems_of_name, problems_of_variables
from loadtests.values.values import ArrivalFacts, Values
from loadtests.values.variable import IntegerRange, TimestampForm, TimestampRange, Variable, Words

SPRING = TimestampRange(datetime(2026, 3, 1), datetime(2026, 6, 1, tzinfo=UTC))  # noqa: DTZ001 -- a bare one is UTC


def facts(index: int = 0, seed: int = 1) -> ArrivalFacts:
    source = random.Random((seed << 64) + index)  # noqa: S311 -- load, not secrets
    return ArrivalFacts(source, index, index, "buyer", "198.18.0.1", "acme", "key")


def drawn(variable: Variable, count: int = 2000, seed: int = 1) -> list[Value]:
    draws = {"x": draw_of(variable, ("seeded",))}
    return [Values(draws, facts(index, seed))["x"] for index in range(count)]


@pytest.mark.parametrize(
    ("variable", "possible"),
    [
        (Variable(integer=IntegerRange(3, 5)), {3, 4, 5}),
        (Variable(choice=("red", 2, True)), {"red", 2, True}),
        (Variable(weighted={"often": 9, "never": 0, "seldom": 1}), {"often", "seldom"}),
        (Variable(word=Words(("one", "two"))), {"one", "two"}),
        (Variable(word=Words()), {"seeded"}),
    ],
)
def test_a_value_is_one_of_those_that_are_possible(variable: Variable, possible: set[Value]) -> None:
    assert set(drawn(variable)) == possible


def test_words_follow_zipf_and_weights_are_kept() -> None:
    words = Counter(drawn(Variable(word=Words(("a", "b", "c", "d"))), 8000))
    assert words["a"] / words["d"] == pytest.approx(4, rel=0.15)
    weighted = Counter(drawn(Variable(weighted={"often": 9, "seldom": 1}), 8000))
    assert weighted["often"] / weighted["seldom"] == pytest.approx(9, rel=0.15)


def test_uuids_are_all_different() -> None:
    found = drawn(Variable(uuid=True))
    assert len(set(found)) == 2000
    assert all(uuid.UUID(str(one)).version == 4 for one in found)


def test_timestamps_lie_within_their_range_in_their_form() -> None:
    for value in drawn(Variable(timestamp=SPRING), 200):
        assert "2026-03-01T00:00:00Z" <= str(value) < "2026-06-01T00:00:00Z"
    seconds = Variable(timestamp=TimestampRange(SPRING.least, SPRING.most, TimestampForm.UNIX_S))
    millis = Variable(timestamp=TimestampRange(SPRING.least, SPRING.most, TimestampForm.UNIX_MS))
    for at_s, at_ms in zip(drawn(seconds, 200), drawn(millis, 200), strict=True):
        assert at_s == int(at_ms) // 1000


def test_the_same_seed_draws_the_same() -> None:
    for variable in (
        Variable(uuid=True),
        Variable(integer=IntegerRange(0, 10**9)),
        Variable(timestamp=SPRING),
    ):
        assert drawn(variable, 20) == drawn(variable, 20)
        assert drawn(variable, 20) != drawn(variable, 20, seed=2)


def test_a_value_stays_the_same_throughout_its_arrival() -> None:
    values = Values({"x": draw_of(Variable(uuid=True), ())}, facts())
    assert values["x"] == values["x"]
    values.keep("x", "told by an answer")
    assert values["x"] == "told by an answer"


def test_what_is_known_of_every_arrival() -> None:
    values = Values(arrival_draws(), facts(17))
    told = {name: values[name] for name in values}
    assert told == {
        "arrival.index": 17,
        "arrival.number": 17,
        "arrival.persona": "buyer",
        "arrival.address": "198.18.0.1",
        "tenant.id": "acme",
        "tenant.api_key": "key",
    }
    assert len(values) == len(told)


@pytest.mark.parametrize(
    ("name", "variable", "where"),
    [
        ("x", Variable(), "variables.x"),
        ("x", Variable(uuid=True, choice=("a",)), "variables.x"),
        ("x", Variable(integer=IntegerRange(2, 1)), "variables.x.integer"),
        ("x", Variable(choice=()), "variables.x.choice"),
        ("x", Variable(weighted={"a": 0}), "variables.x.weighted"),
        ("x", Variable(weighted={"a": -1, "b": 2}), "variables.x.weighted"),
        ("x", Variable(word=Words()), "variables.x.word.of"),
        ("x", Variable(word=Words(("a",), -1)), "variables.x.word.exponent"),
        ("x", Variable(timestamp=TimestampRange(SPRING.most, SPRING.least)), "variables.x.timestamp"),
        ("tenant", Variable(uuid=True), "variables.tenant"),
        ("a.b", Variable(uuid=True), "variables.a.b"),
    ],
)
def test_a_mistake_in_a_variable_is_named_with_its_place(name: str, variable: Variable, where: str) -> None:
    (problem,) = problems_of_variables({name: variable}, has_seeded=False)
    assert problem.where == where


@pytest.mark.parametrize("name", ["", "a b", "a}", "$", "arrival", "tenant"])
def test_a_name_that_templates_cannot_tell_is_refused(name: str) -> None:
    assert list(problems_of_name("here", name))
    assert not list(problems_of_name("here", "order_id"))

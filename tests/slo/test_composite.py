"""Systems of parts."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import InvalidFile
from slo.composite import (
    InvalidSystem,
    Part,
    Redundant,
    Series,
    System,
    availability,
    copies_everywhere,
    remedies,
)
from slo.composition import compose
from slo.compositions import DOCUMENT_SEARCH


def parts(count: int, each: float) -> tuple[Part, ...]:
    return tuple(Part(f"part-{index}", each) for index in range(count))


@pytest.mark.parametrize(
    ("system", "percent", "digits"),
    [
        # The analysis, section 7.1: ~99.88%.
        (Series((Part("a", 0.9999), Part("e", 0.9995), Part("r", 0.9999), Part("p", 0.9995))), 99.88, 2),
        # AWS Well-Architected, Reliability Pillar, Availability: a workload and two dependencies, 99.99%
        # each.
        (Series(parts(3, 0.9999)), 99.97, 2),
        # The same: two redundant components of 99.9% each.
        (Redundant(parts(2, 0.999)), 99.9999, 4),
        # AWS Certified Solutions Architect Study Guide (2019), chapter 9, answer 2: two instances of 99%
        # before a database of 99%.
        (Series((Redundant(parts(2, 0.99)), Part("database", 0.99))), 98.99, 2),
    ],
)
def test_worked_examples(system: System, percent: float, digits: int) -> None:
    assert round(availability(system) * 100, digits) == percent


def test_a_quorum_needs_more_than_one() -> None:
    # Two of three: 3 p^2 - 2 p^3.
    assert availability(Redundant(parts(3, 0.9), needed=2)) == pytest.approx(3 * 0.81 - 2 * 0.729)
    unequal = Redundant((Part("a", 0.9), Part("b", 0.8), Part("c", 0.7)), needed=2)
    assert availability(unequal) == pytest.approx(0.9 * 0.8 * 0.3 + 0.9 * 0.2 * 0.7 + 0.1 * 0.8 * 0.7 + 0.504)


def test_replicas_that_share_a_part_are_no_more_available_than_it() -> None:
    power = Part("power", 0.999)
    both = Redundant((Series((Part("a", 0.99), power)), Series((Part("b", 0.99), power))))
    assert availability(both) == pytest.approx(0.999 * (1 - 0.01**2))
    apart = Redundant(
        (Series((Part("a", 0.99), Part("x", 0.999))), Series((Part("b", 0.99), Part("y", 0.999))))
    )
    assert availability(both) < availability(apart)


@st.composite
def systems(draw: st.DrawFn, depth: int = 2) -> System:
    if depth == 0 or draw(st.booleans()):
        name = draw(st.sampled_from("abcde"))
        return Part(name, {"a": 0.9, "b": 0.5, "c": 0.99, "d": 0.2, "e": 1.0}[name])
    of = tuple(draw(st.lists(systems(depth=depth - 1), min_size=1, max_size=3)))
    return Series(of) if draw(st.booleans()) else Redundant(of, draw(st.integers(1, len(of))))


@given(systems())
def test_it_is_the_share_of_all_states_in_which_the_system_works(system: System) -> None:
    has = {"a": 0.9, "b": 0.5, "c": 0.99, "d": 0.2, "e": 1.0}
    total = 0.0
    for states in product((True, False), repeat=len(has)):
        works = dict(zip(has, states, strict=True))
        chance = 1.0
        for name, up in works.items():
            chance *= has[name] if up else 1 - has[name]
        total += chance * _works(system, works)
    assert availability(system) == pytest.approx(total, abs=1e-12)


def _works(system: System, states: dict[str, bool]) -> bool:
    if isinstance(system, Part):
        return states[system.name]
    working = sum(_works(one, states) for one in system.of)
    return working >= (len(system.of) if isinstance(system, Series) else system.needed)


def test_the_gap_of_the_analysis_is_told_with_what_would_close_it() -> None:
    result = compose(DOCUMENT_SEARCH)
    assert not result.meets
    assert round(result.availability * 100, 2) == 99.88
    # 99.95% allows 21.9 minutes a month; the parts take 52.6.
    assert round(result.allowed_minutes_a_month, 1) == 21.9
    assert round(result.minutes_a_month, 1) == 52.6
    # No part alone can: without Elasticsearch's failures 99.93% are left.
    assert all(one.needed_availability is None and one.needed_copies is None for one in result.remedies)
    assert result.copies_of_all == 2


def test_one_part_may_close_a_gap_alone() -> None:
    system = Series((Part("front", 0.9999), Part("store", 0.995)))
    front, store = remedies(system, 0.9995)
    assert front.needed_availability is None
    assert store.needed_availability == pytest.approx(0.9995 / 0.9999)
    assert store.needed_copies == 2
    assert remedies(system, 0.99) == ()
    assert copies_everywhere(system, 0.9999999, most_copies=2) is None


@pytest.mark.parametrize(
    ("system", "told"),
    [
        (Part("a", 99.9), "99.9 is no ratio"),
        (Series(()), "no parts"),
        (Redundant(parts(2, 0.9), needed=3), "3 of 2 are needed"),
        (Series((Part("a", 0.9), Part("a", 0.8))), "0.9 at one place, 0.8 at another"),
    ],
)
def test_what_does_not_fit_together_is_refused(system: System, told: str) -> None:
    with pytest.raises(InvalidSystem, match=told):
        availability(system)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x\ntarget: 0.99\nsystem: {name: a, availability: 99}", "system.availability"),
        ("name: x\ntarget: 99\nsystem: {name: a, availability: 0.9}", "target"),
        ("name: x\ntarget: 0.99\nsystem: {series: [{name: a}]}", r"system.series\[0\]"),
        ("name: x\ntarget: 0.99\nsystem: {redundant: [{name: a, availability: 0.9}], needed: 2}", "2 of 1"),
        (
            "name: x\ntarget: 0.99\nsystem: {series: [{name: a, availability: 0.9}], needed: 1}",
            "system.needed",
        ),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "system.yaml"
    file.write_text(text)
    with pytest.raises(InvalidFile, match=told):
        compose(file)

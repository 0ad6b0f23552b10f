"""Arrivals shared by several targets."""

from collections import Counter

import pytest

from loadtests.targets import NamedTarget, ShareFrom, problems_of_targets, target_of

CANARY = (
    NamedTarget("stable"),
    NamedTarget("canary", (ShareFrom(0, 0.05), ShareFrom(60, 0.25), ShareFrom(120, 0.5), ShareFrom(180, 1))),
)


@pytest.mark.parametrize(
    ("offset_s", "share"), [(0, 0.05), (59.9, 0.05), (60, 0.25), (150, 0.5), (180, 1), (9e9, 1)]
)
def test_each_target_gets_its_share_at_each_time(offset_s: float, share: float) -> None:
    given = Counter(target_of(CANARY, 1, index, offset_s) for index in range(20_000))
    assert given["canary"] / 20_000 == pytest.approx(share, abs=0.01)
    assert given["canary"] + given["stable"] == 20_000


def test_before_its_first_share_a_target_gets_nothing() -> None:
    late = (NamedTarget("a"), NamedTarget("b", (ShareFrom(10, 1),)))
    assert {target_of(late, 1, index, 9.9) for index in range(1000)} == {"a"}


def test_three_targets_share_too() -> None:
    three = (NamedTarget("a"), NamedTarget("b", (ShareFrom(0, 0.2),)), NamedTarget("c", (ShareFrom(0, 0.3),)))
    given = Counter(target_of(three, 1, index, 0) for index in range(20_000))
    assert [given[name] / 20_000 for name in "abc"] == pytest.approx([0.5, 0.2, 0.3], abs=0.015)


def test_the_target_follows_from_seed_and_index_alone() -> None:
    first = [target_of(CANARY, 1, index, 130) for index in range(200)]
    assert first == [target_of(CANARY, 1, index, 130) for index in range(200)]
    assert first != [target_of(CANARY, 2, index, 130) for index in range(200)]


@pytest.mark.parametrize(
    ("targets", "where"),
    [
        ((NamedTarget("a"),), "targets"),
        ((NamedTarget("a"), NamedTarget("b")), "targets[1].shares"),
        ((NamedTarget("a", (ShareFrom(0, 1),)), NamedTarget("b", (ShareFrom(0, 0),))), "targets[0].shares"),
        ((NamedTarget("a"), NamedTarget("a", (ShareFrom(0, 1),))), "targets[1].name"),
        ((NamedTarget("a"), NamedTarget("b=c", (ShareFrom(0, 1),))), "targets[1].name"),
        ((NamedTarget("a"), NamedTarget("b", (ShareFrom(0, 1.5),))), "targets[1].shares[0].share"),
        (
            (NamedTarget("a"), NamedTarget("b", (ShareFrom(9, 1), ShareFrom(8, 1)))),
            "targets[1].shares[1].from_s",
        ),
        (
            (
                NamedTarget("a"),
                NamedTarget("b", (ShareFrom(0, 0.6),)),
                NamedTarget("c", (ShareFrom(5, 0.6),)),
            ),
            "targets",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(targets: tuple[NamedTarget, ...], where: str) -> None:
    assert where in [problem.where for problem in problems_of_targets(targets)]


def test_a_canary_without_mistakes_has_none() -> None:
    assert not list(problems_of_targets(CANARY))
    assert not list(problems_of_targets(()))

"""Whose turn it is."""

from collections import Counter

import pytest

from stormproof.balancer.rotation import Rotation


def turns(rotation: Rotation, number: int, *among: str) -> Counter[str | None]:
    return Counter(rotation.next(among) for _ in range(number))


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_each_gets_its_share_to_the_request(share: float) -> None:
    rotation = Rotation({"stable": 1 - share, "canary": share})
    assert turns(rotation, 100, "stable", "canary")["canary"] == round(100 * share)


def test_turns_are_spread_and_not_bunched() -> None:
    rotation = Rotation({"a": 3.0, "b": 1.0})
    assert [rotation.next({"a", "b"}) for _ in range(8)].count("b") == 2
    assert "b" in [rotation.next({"a", "b"}) for _ in range(4)]


def test_who_has_no_share_or_is_not_among_them_gets_nothing() -> None:
    rotation = Rotation({"a": 1.0, "b": 0.0, "c": 1.0})
    assert turns(rotation, 10, "a", "b") == {"a": 10}
    assert rotation.next({"b"}) is None


def test_shares_change_from_the_next_request_on() -> None:
    rotation = Rotation({"blue": 1.0, "green": 0.0})
    assert rotation.next({"blue", "green"}) == "blue"
    rotation.change({"blue": 0.0, "green": 1.0})
    assert turns(rotation, 5, "blue", "green") == {"green": 5}

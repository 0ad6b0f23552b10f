"""Greenlets are used again, and whoever is killed carries nothing more."""

from collections.abc import Callable

import gevent
import pytest

from loadtests.arrivals import Arrival
from loadtests.generator import carriers
from loadtests.generator.carriers import Carriers
from loadtests.generator.flight import Flight


def flight(sequence: int) -> Flight:
    return Flight(sequence, Arrival(sequence, 0, "p"), 0)


class Air:
    """Where flights stay until they are let down."""

    def __init__(self) -> None:
        self.carriers = Carriers(self.fly)
        self.flown: list[tuple[int, gevent.Greenlet]] = []
        self.while_flying: Callable[[], None] = lambda: None

    def fly(self, one: Flight) -> None:
        self.while_flying()
        self.flown.append((one.sequence, gevent.getcurrent()))

    def settle(self) -> None:
        gevent.sleep(0.001)


def test_one_after_another_share_a_greenlet() -> None:
    air = Air()
    for sequence in range(5):
        air.carriers.carry(flight(sequence))
        assert len(air.flown) == sequence, "nothing flies before the hub has its turn"
        air.settle()
    assert [sequence for sequence, _ in air.flown] == list(range(5))
    assert len({greenlet for _, greenlet in air.flown}) == 1


def test_those_at_once_have_one_each() -> None:
    air = Air()
    air.while_flying = lambda: gevent.sleep(0.005)
    carrying = [air.carriers.carry(flight(sequence)) for sequence in range(20)]
    gevent.sleep(0.05)
    assert sorted(sequence for sequence, _ in air.flown) == list(range(20))
    assert {greenlet for _, greenlet in air.flown} == set(carrying)


def test_one_that_was_killed_is_not_used_again() -> None:
    air = Air()
    air.while_flying = lambda: gevent.sleep(60)
    killed = air.carriers.carry(flight(0))
    air.settle()
    killed.kill(block=False)
    air.while_flying = lambda: None
    assert air.carriers.carry(flight(1)) is not killed
    air.settle()
    assert [sequence for sequence, _ in air.flown] == [1]


def test_after_many_at_once_only_some_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriers, "_MOST_IDLE", 3)
    air = Air()
    carrying = [air.carriers.carry(flight(sequence)) for sequence in range(10)]
    air.settle()
    assert len(air.flown) == 10
    assert sum(greenlet.dead for greenlet in carrying) == 7
    air.carriers.close()
    air.settle()
    assert all(greenlet.dead for greenlet in carrying)

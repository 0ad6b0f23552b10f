"""When which faults were there, and which situation that is."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from evidence.timeline import FaultWindow
from slo.contract.situation import Part, Situation
from slo.contract.stretches import BEGINNING_NS, END_NS, Episode, FaultStretch, episodes, fault_stretches


def window(
    target: str,
    injecting: int,
    verified: int | None,
    healing: int | None,
    gone: int | None,
    *,
    name: str = "refused",
    experiment: str | None = None,
) -> FaultWindow:
    return FaultWindow(
        name,
        f"{target}-{injecting}",
        experiment,
        target,
        injecting_ns=injecting,
        verified_ns=verified,
        healing_ns=healing,
        healed_ns=healing,
        heal_verified_ns=gone,
    )


POSTGRES = window("postgres", 10, 12, 20, 22, experiment="postgres-down")
CACHE = window("redis-cache", 30, 34, 50, 55, experiment="redis-down")
STATE = window("redis-state", 32, 36, 48, 53, experiment="redis-down")


def told(stretches: tuple[FaultStretch, ...]) -> list[tuple[set[str | None], int, int]]:
    return [({fault.target for fault in one.active}, one.start_ns, one.end_ns) for one in stretches]


def test_a_fault_counts_from_verified_to_healing_and_nothing_is_broken_outside() -> None:
    assert told(fault_stretches((POSTGRES,))) == [
        (set(), BEGINNING_NS, 10),
        ({"postgres"}, 12, 20),
        (set(), 22, END_NS),
    ]


def test_faults_at_once_count_only_while_all_of_them_do() -> None:
    assert told(fault_stretches((CACHE, STATE))) == [
        (set(), BEGINNING_NS, 30),
        ({"redis-cache", "redis-state"}, 36, 48),
        (set(), 55, END_NS),
    ]


def test_a_fault_within_another_leaves_the_outer_one_alone_before_and_after() -> None:
    outer, inner = window("elasticsearch", 0, 2, 40, 42), window("postgres", 10, 12, 20, 22)
    assert told(fault_stretches((outer, inner))) == [
        (set(), BEGINNING_NS, 0),
        ({"elasticsearch"}, 2, 10),
        ({"elasticsearch", "postgres"}, 12, 20),
        ({"elasticsearch"}, 22, 40),
        (set(), 42, END_NS),
    ]


def test_a_fault_that_was_never_felt_or_never_healed_leaves_nothing_known() -> None:
    assert told(fault_stretches((window("postgres", 10, None, 20, 22),))) == [
        (set(), BEGINNING_NS, 10),
        (set(), 22, END_NS),
    ]
    assert told(fault_stretches((window("postgres", 10, 12, 20, None),))) == [
        (set(), BEGINNING_NS, 10),
        ({"postgres"}, 12, 20),
    ]
    assert told(fault_stretches((window("postgres", 10, 12, None, None),)))[-1] == ({"postgres"}, 12, END_NS)


def test_faults_that_touch_are_one_episode() -> None:
    later = window("postgres", 60, 62, 70, 72)
    assert episodes((POSTGRES, CACHE, STATE, later)) == (
        Episode((POSTGRES,), 10, 20, 22),
        Episode((CACHE, STATE), 30, 50, 55),
        Episode((later,), 60, 70, 72),
    )


def test_an_episode_without_an_end_has_none() -> None:
    (only,) = episodes((CACHE, window("redis-state", 32, 36, None, None)))
    assert (only.healed_ns, only.gone_ns) == (None, END_NS)


REDIS_AWAY = Part(targets=frozenset({"redis-cache", "redis-state"}))
POSTGRES_AWAY = Part(targets=frozenset({"postgres"}))
EVERY = (POSTGRES, CACHE, STATE)


def test_a_situation_is_just_what_it_says() -> None:
    redis, postgres = Situation((REDIS_AWAY,)), Situation((POSTGRES_AWAY,))
    assert redis.holds((CACHE, STATE), EVERY)
    assert not redis.holds((CACHE,), EVERY)
    assert not redis.holds((CACHE, STATE, POSTGRES), EVERY)
    assert postgres.holds((POSTGRES,), EVERY)
    assert not postgres.holds((), EVERY)
    assert Situation((REDIS_AWAY, POSTGRES_AWAY)).holds((CACHE, STATE, POSTGRES), EVERY)
    assert not Situation((REDIS_AWAY, POSTGRES_AWAY)).holds((CACHE, STATE), EVERY)


def test_nothing_broken_is_a_situation() -> None:
    assert Situation(()).holds((), EVERY)
    assert not Situation(()).holds((POSTGRES,), EVERY)


def test_a_part_may_name_the_faults() -> None:
    slow = Situation((Part(targets=frozenset({"postgres"}), faults=frozenset({"latency", "hung"})),))
    assert not slow.holds((POSTGRES,), EVERY)
    latency = window("postgres", 1, 2, 3, 4, name="latency")
    assert slow.holds((latency,), (latency,))
    anywhere = Situation((Part(faults=frozenset({"latency"})),))
    assert anywhere.holds((latency,), (latency,))


def test_an_experiment_is_there_while_all_of_it_is() -> None:
    redis = Situation((Part("redis-down"),))
    assert redis.holds((CACHE, STATE), EVERY)
    assert not redis.holds((CACHE,), EVERY)
    assert not redis.holds((POSTGRES,), EVERY)
    again = window("redis-cache", 80, 82, 90, 92, experiment="redis-down")
    assert redis.holds((CACHE, STATE), (*EVERY, again))
    assert redis.holds((again,), (*EVERY, again))


STEPS = st.lists(st.integers(1, 60), min_size=4, max_size=4).map(sorted)


@st.composite
def any_faults(draw: st.DrawFn) -> tuple[FaultWindow, ...]:
    """Up to four faults, some unfelt, some that never healed."""
    made = []
    for number in range(draw(st.integers(0, 4))):
        injecting, verified, healing, gone = draw(STEPS)
        told = draw(st.integers(1, 4))
        made.append(
            window(
                f"target-{number}",
                injecting,
                verified if told > 1 and draw(st.booleans()) else None,
                healing if told > 2 else None,
                gone if told > 3 else None,
            )
        )
    return tuple(made)


@given(any_faults())
def test_at_every_instant_a_stretch_says_what_is_broken_or_none_does(faults: tuple[FaultWindow, ...]) -> None:
    found = fault_stretches(faults)
    for at_ns in range(62):
        there = {
            one.id for one in faults if (one.injecting_ns or 0) <= at_ns < (one.heal_verified_ns or END_NS)
        }
        counted = {
            one.id
            for one in faults
            if one.verified_ns is not None and one.verified_ns <= at_ns < (one.healing_ns or END_NS)
        } & there
        told = [{fault.id for fault in one.active} for one in found if one.start_ns <= at_ns < one.end_ns]
        assert told == ([there] if there == counted else [])


@given(any_faults())
def test_every_fault_is_in_one_episode_and_episodes_do_not_touch(faults: tuple[FaultWindow, ...]) -> None:
    found = episodes(faults)
    assert sorted(fault.id for one in found for fault in one.faults) == sorted(fault.id for fault in faults)
    assert all(before.gone_ns < after.start_ns for before, after in pairwise(found))

"""The search finds a violating combination and shrinks it until nothing smaller violates."""

from collections.abc import Callable
from itertools import combinations
from zlib import crc32

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chaos.experiment_files import experiment_path
from chaos.supervision.experiment_file import read_experiment
from stormproof.fault_search.search import (
    Ended,
    TrialOutcome,
    Tried,
    next_trial,
    smallest_violation,
)
from stormproof.fault_search.shrinking import smaller
from stormproof.fault_search.space import FaultSpace
from stormproof.fault_search.trial import DrawnFault, Trial
from stormproof.run.outline import OutlinedFault, faults_of

NAMES = ("redis-down", "postgres-down", "elasticsearch-slow", "service-slow")
TARGETS = {name: frozenset({name}) for name in NAMES}

type Violates = Callable[[Trial], bool]


@st.composite
def spaces(draw: st.DrawFn) -> FaultSpace:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    least_hold_s = draw(st.integers(1, 5))
    span_s = draw(st.integers(least_hold_s, 30))
    return FaultSpace({name: TARGETS[name] for name in names}, span_s, least_hold_s, draw(st.integers(1, 4)))


def run_search(
    space: FaultSpace, violates: Violates, seed: int, most_trials: int
) -> tuple[list[Tried], Ended]:
    tried: list[Tried] = []
    while True:
        step = next_trial(tried, space, seed, most_trials)
        if step.trial is None:
            assert step.ended is not None
            return tried, step.ended
        outcome = TrialOutcome.VIOLATES if violates(step.trial) else TrialOutcome.HOLDS
        tried.append(Tried(step.trial, outcome))
        assert len(tried) <= most_trials


@st.composite
def violations(draw: st.DrawFn) -> Violates:
    """Needs certain faults, each held for long enough: what more there is changes nothing."""
    needed = draw(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 12), min_size=1, max_size=2))

    def violates(trial: Trial) -> bool:
        held = {fault.experiment: fault.hold_s for fault in trial.faults}
        return all(held.get(name, 0) >= hold_s for name, hold_s in needed.items())

    return violates


@st.composite
def odd_violations(draw: st.DrawFn) -> Violates:
    """Any at all, not even monotone."""
    salt = draw(st.integers(0, 1000))
    share = draw(st.integers(1, 10))
    return lambda trial: crc32(f"{salt} {trial}".encode()) % 10 < share


@given(spaces(), violations() | odd_violations(), st.integers(0, 2**32), st.integers(1, 60))
def test_it_ends_within_its_trials_in_the_space_and_repeats_none(
    space: FaultSpace, violates: Violates, seed: int, most_trials: int
) -> None:
    tried, ended = run_search(space, violates, seed, most_trials)
    assert all(one.trial in space for one in tried)
    assert len({one.trial for one in tried}) == len(tried) <= most_trials
    found = smallest_violation(tried)
    assert (found is None) == (ended in {Ended.NONE_FOUND, Ended.UNSOUND})
    if found is not None:
        assert violates(found)


@given(spaces(), violations() | odd_violations(), st.integers(0, 2**32))
@settings(max_examples=40)
def test_what_is_minimal_has_no_smaller_form_that_violates(
    space: FaultSpace, violates: Violates, seed: int
) -> None:
    tried, ended = run_search(space, violates, seed, 2000)
    found = smallest_violation(tried)
    if found is not None:
        assert ended is Ended.MINIMAL
        assert not any(violates(one) for one in smaller(found, space))
        for fewer in combinations(found.faults, len(found.faults) - 1):
            assert not fewer or not violates(Trial(fewer))


@given(st.integers(0, 2**32))
@example(2147483649)  # overlaps by the end of one and the start of the other
@settings(max_examples=20)
def test_a_pair_that_only_hurts_together_is_found_and_shrunk_to_its_limits(seed: int) -> None:
    space = FaultSpace(TARGETS, span_s=20)

    def overlap_of_5_s(trial: Trial) -> bool:
        held = {fault.experiment: fault for fault in trial.faults}
        if not {"redis-down", "postgres-down"} <= set(held):
            return False
        one, other = held["redis-down"], held["postgres-down"]
        return min(one.end_s, other.end_s) - max(one.at_s, other.at_s) >= 5

    tried, ended = run_search(space, overlap_of_5_s, seed, 2000)
    found = smallest_violation(tried)
    assert ended is Ended.MINIMAL
    assert found is not None
    assert {fault.experiment for fault in found.faults} == {"redis-down", "postgres-down"}
    assert all(fault.hold_s <= 20 for fault in found.faults)
    one, other = found.faults
    assert min(one.end_s, other.end_s) - max(one.at_s, other.at_s) == 5
    assert [fault.hold_s for fault in found.faults] == [5, 5]


@given(spaces(), st.integers(0, 2**32), st.integers(0, 100))
def test_what_is_drawn_is_in_the_space_and_follows_from_the_seed(
    space: FaultSpace, seed: int, index: int
) -> None:
    drawn = space.draw(seed, index)
    assert drawn in space
    assert drawn == space.draw(seed, index)


@given(spaces(), st.integers(0, 2**32))
def test_every_smaller_form_is_smaller_and_in_the_space(space: FaultSpace, seed: int) -> None:
    trial = space.draw(seed, 0)
    for one in smaller(trial, space):
        assert one in space
        assert one.size < trial.size


def test_two_that_break_the_same_target_are_not_combined() -> None:
    shared = {"a": frozenset({"redis"}), "b": frozenset({"redis", "postgres"})}
    space = FaultSpace(shared, 10, most_at_once=2)
    assert {len(space.draw(1, index).faults) for index in range(50)} == {1}
    assert Trial((DrawnFault("a", 0, 5), DrawnFault("b", 0, 5))) not in space


def test_trials_that_are_no_evidence_are_no_violations_and_no_proof() -> None:
    space = FaultSpace({"a": frozenset({"a"})}, 10)
    unsound = [Tried(space.draw(1, index), TrialOutcome.UNSOUND) for index in range(2)]
    assert next_trial(unsound, space, 1, 2).ended is Ended.UNSOUND
    mixed = [*unsound, Tried(Trial((DrawnFault("a", 0, 3),)), TrialOutcome.UNSURE)]
    assert next_trial(mixed, space, 1, 3).ended is Ended.NONE_FOUND


def test_a_space_that_is_used_up_ends_the_search() -> None:
    tried, ended = run_search(FaultSpace({"a": frozenset({"a"})}, 3), lambda _: False, 1, 100)
    assert ([one.trial for one in tried], ended) == ([Trial((DrawnFault("a", 0, 3),))], Ended.NONE_FOUND)


@given(st.integers(0, 2**32))
def test_what_breaks_everything_is_combined_with_nothing(seed: int) -> None:
    space = FaultSpace({**TARGETS, "partition": frozenset({"all"})}, 20)
    for index in range(20):
        names = {fault.experiment for fault in space.draw(seed, index).faults}
        assert "partition" not in names or names == {"partition"}


def test_an_outline_tells_a_partition_s_target() -> None:
    partition = read_experiment(experiment_path("partition"))
    assert list(faults_of(partition)) == [OutlinedFault("hung", ("all",))]

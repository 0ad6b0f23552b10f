from dataclasses import replace

from evidence.timeline import FaultWindow, PhaseWindow
from evidence.verdict_record import CauseKind, LedgerEntry
from reports.around import Around, Compared, stretch_after, stretch_before
from reports.episodes import tell_episodes
from reports.fault_story import tell_faults
from reports.history import NS_PER_S, History, build_history
from slo.series import Stretch
from tests.reports.made_verdicts import small_verdict

_ZERO = 1_795_000_000 * NS_PER_S


def _ns(at_s: float | None) -> int | None:
    return None if at_s is None else _ZERO + round(at_s * NS_PER_S)


def _fault(*steps_s: float | None, name: str = "redis-down") -> FaultWindow:
    injecting, verified, healing, gone = (_ns(at) for at in steps_s)
    return FaultWindow(name, f"{name}-1", None, "redis-cache", injecting, None, verified, healing, None, gone)


def _history(*faults: FaultWindow, warm_up_s: int = 10) -> History:
    phases = (PhaseWindow("warm-up", _ZERO, _ZERO + warm_up_s * NS_PER_S),)
    return build_history(_ZERO, _ZERO + 100 * NS_PER_S, phases, faults)


def test_a_fault_is_compared_with_as_long_a_stretch_right_before_it() -> None:
    history = _history(_fault(50, 51, 71, 72))
    assert stretch_before(history.episodes[0], history) == (30, 50)


def test_the_stretch_leaves_out_warm_up_and_other_faults() -> None:
    history = _history(_fault(20, 21, 41, 42), _fault(50, 51, 71, 72, name="postgres-down"))
    assert [stretch_before(one, history) for one in history.episodes] == [(10, 20), (42, 50)]


def test_there_is_nothing_to_compare_with_while_another_fault_lasts() -> None:
    history = _history(_fault(20, 21, 41, None), _fault(50, 51, 71, 72, name="postgres-down"))
    assert stretch_before(history.episodes[1], history) is None


def test_there_is_nothing_to_compare_when_the_fault_was_never_felt() -> None:
    history = _history(_fault(20, None, 41, 42))
    assert stretch_before(history.episodes[0], history) is None


def test_effect_and_window_of_one_occurrence_become_one_story() -> None:
    history = _history(_fault(36, 37, 56, 57))
    before = Compared(17, 36, Stretch(3_800, {"ok": 3_800}, {}, 5.0, 30.0, 60.0))
    (story,) = tell_faults(history, small_verdict().faults, {1: Around(before)})
    assert (story.number, story.felt, story.healed) == (1, True, True)
    assert [step.at_s for step in story.steps] == [36, 37, 56, 57]
    assert [step.since_previous_s for step in story.steps] == [None, 1, 19, 1]
    assert story.sentence == (
        "Of 3,800 requests while it counted, 97.37% ok and 2.63% timeout. "
        "p95 went from 30 ms before to 64 ms."
    )


def test_an_effect_that_the_timeline_does_not_know_is_still_told() -> None:
    other = _fault(36, 37, 56, 57, name="postgres-down")
    stories = tell_faults(_history(other), small_verdict().faults, {})
    assert [(story.number, story.name) for story in stories] == [(1, "postgres-down"), (2, "redis-down")]
    assert "cannot be said what users felt" in stories[0].sentence
    assert [story.name for story in tell_faults(None, small_verdict().faults, {})] == ["redis-down"]


def test_it_is_compared_with_what_comes_after_up_to_the_next_fault() -> None:
    history = _history(_fault(20, 21, 41, 42), _fault(50, 51, 71, 72, name="postgres-down"))
    assert [stretch_after(one, history) for one in history.episodes] == [(42, 50), (72, 92)]


def test_there_is_no_after_while_it_was_not_seen_to_go_or_another_lasts() -> None:
    history = _history(_fault(20, 21, 41, None), _fault(50, 51, 71, 72, name="postgres-down"))
    assert [stretch_after(one, history) for one in history.episodes] == [None, None]


def test_faults_of_one_experiment_at_once_are_one_episode() -> None:
    first, second, later = (
        replace(_fault(*steps), experiment="experiments/redis-down.yaml", target=target, id=str(steps[0]))
        for steps, target in (
            ((20, 22, 40, 41), "redis-cache"),
            ((20.1, 21, 39, 42), "redis-state"),
            ((60, 61, 70, 71), "redis-cache"),
        )
    )
    history = _history(first, second, later)
    both, alone = history.episodes
    assert [span.number for span in history.faults] == [1, 1, 2]
    assert (both.name, both.injecting_s, both.verified_s, both.healing_s, both.heal_verified_s) == (
        "redis-down", 20, 22, 39, 42
    )  # fmt: skip
    assert stretch_after(both, history) == (42, 59)
    assert (alone.number, alone.injecting_s) == (2, 60)
    told, again = tell_episodes(tell_faults(history, (), {}), {}, small_verdict().budget_ledger)
    assert (told.what, told.occurrences) == ("redis-down on redis-cache and redis-state", 2)
    assert told.cost == again.cost == "1,800% of availability-enterprise"


def test_what_faults_cost_together_is_told_with_each_of_them() -> None:
    """The ledger charges it to neither of them alone."""
    history = _history(_fault(20, 21, 60, 61), _fault(40, 41, 70, 71, name="postgres-down"))
    names = ("redis-down of redis-cache", "postgres-down of redis-cache")
    ledger = (
        LedgerEntry("availability", {}, names[0], 3, 0.5, CauseKind.FAULT),
        LedgerEntry("availability", {}, " + ".join(names), 90, 25.0, CauseKind.OVERLAP),
    )
    redis, postgres = tell_episodes(tell_faults(history, (), {}), {}, ledger)
    assert (redis.cost, redis.shared_cost) == (
        "50% of availability",
        f"2,500% of availability together with {names[1]}",
    )
    assert (postgres.cost, postgres.shared_cost) == (
        "nothing by itself",
        f"2,500% of availability together with {names[0]}",
    )
    assert postgres.cost_sentence == (
        "It burned, of the error budgets of this run, nothing by itself; "
        f"and 2,500% of availability (90 bad requests) together with {names[0]}."
    )

"""Who shares a load, and when one of them is lost."""

from evidence.run_record import ClockReading
from loadtests.generator.distributed.roster import Roster, enlist

READING = ClockReading(1, 2, 3)
RUNNING = "running"


def roster_of(*nodes: str) -> Roster:
    return enlist({node: (READING, -1, place) for place, node in enumerate(nodes)})


def lost_names(roster: Roster, states: dict[str, str], now_s: float) -> list[str]:
    return [member.worker for member in roster.observe(states, now_s)]


def test_shares_follow_the_order_of_connection() -> None:
    roster = enlist({"b": (READING, -1, 1), "a": (READING, -1, 2), "c": (READING, -1, 0)})
    assert {node: member.index for node, member in roster.members.items()} == {"c": 0, "b": 1, "a": 2}


def test_who_asks_for_an_index_comes_first_and_in_that_order() -> None:
    found = {"a": (READING, -1, 0), "b": (READING, 1, 1), "c": (READING, 0, 2)}
    roster = enlist(found)
    assert {node: member.index for node, member in roster.members.items()} == {"c": 0, "b": 1, "a": 2}


def test_a_worker_that_leaves_is_lost_at_once_and_told_once() -> None:
    roster = roster_of("a", "b")
    assert lost_names(roster, {"a": RUNNING, "b": RUNNING}, 0) == []
    assert lost_names(roster, {"a": RUNNING}, 1) == ["worker-1"]
    assert lost_names(roster, {"a": RUNNING}, 2) == []
    assert [member.node for member in roster.awaited] == ["a"]


def test_a_worker_that_is_missed_for_a_moment_is_not_lost() -> None:
    roster = roster_of("a")
    assert lost_names(roster, {"a": "missing"}, 0) == []
    assert lost_names(roster, {"a": "missing"}, 2.9) == []
    assert lost_names(roster, {"a": RUNNING}, 3) == []
    assert lost_names(roster, {"a": "missing"}, 4) == []
    assert lost_names(roster, {"a": "missing"}, 7) == ["worker-0"]


def test_who_came_to_the_end_may_leave() -> None:
    roster = roster_of("a", "b")
    roster.members["a"].has_ended = True
    assert lost_names(roster, {"b": RUNNING}, 0) == []
    assert [member.node for member in roster.awaited] == ["b"]

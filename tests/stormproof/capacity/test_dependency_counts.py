"""What is counted of the local stack, and that it may be missing."""

from evidence.ports import StackPorts
from stormproof.capacity.dependency_counts import DependencyCounts, told_counts

NOBODY_LISTENS = 1
"""Ports below 1024 that belong to no service here."""


def test_servers_that_do_not_answer_count_nothing() -> None:
    assert told_counts(StackPorts(NOBODY_LISTENS)) is None


def test_counts_are_what_came_between_two_readings() -> None:
    assert DependencyCounts(500, 40).since(DependencyCounts(120, 15)) == DependencyCounts(380, 25)

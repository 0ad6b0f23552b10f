"""Which of two PostgreSQL servers is the primary: decided from their disks, not from their names."""

import re
from dataclasses import dataclass
from enum import StrEnum

_TIMELINE = re.compile(r"^Latest checkpoint's TimeLineID:\s+(\d+)$", re.MULTILINE)


class PostgresRole(StrEnum):
    """What a server is to be."""

    PRIMARY = "primary"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class ClusterOnDisk:
    """A cluster as its files tell."""

    timeline: int
    """Raised by each promotion and each recovery to a point in time."""
    is_standby: bool
    """It has a standby.signal."""


def role_of(mine: ClusterOnDisk | None, other: ClusterOnDisk | None, *, is_first: bool) -> PostgresRole:
    """The role of one server, None standing for an empty disk. Asked for both, exactly one is the primary.

    A cluster before none; one that is no standby before one that is; then the higher timeline: it was
    promoted after the other had been lost; then the first server.
    """
    return (
        PostgresRole.PRIMARY if _rank(mine, is_first) > _rank(other, not is_first) else PostgresRole.STANDBY
    )


def may_follow(mine: ClusterOnDisk | None, primary: ClusterOnDisk | None) -> bool:
    """Whether a standby can go on from what it has; else it is copied anew.

    On another timeline it may hold what the primary never had.
    """
    return (
        mine is not None and primary is not None and mine.is_standby and mine.timeline == primary.timeline
    )  # fmt: skip -- a condition a line


def read_timeline_id(control_data: str) -> int:
    """From what pg_controldata prints. Raises ValueError."""
    found = _TIMELINE.search(control_data)
    if found is None:
        raise ValueError(f"pg_controldata tells no timeline: {control_data[:200]!r}")
    return int(found[1])


def _rank(cluster: ClusterOnDisk | None, is_first: bool) -> tuple[bool, bool, int, bool]:
    if cluster is None:
        return (False, False, 0, is_first)
    return (True, not cluster.is_standby, cluster.timeline, is_first)

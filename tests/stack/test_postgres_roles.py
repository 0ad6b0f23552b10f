"""Two servers, and what is on their disks: exactly one of them is the primary, and it is the right one."""

from itertools import product

import pytest

from stack.parts.postgres_roles import ClusterOnDisk, PostgresRole, may_follow, read_timeline_id, role_of

PRIMARY = ClusterOnDisk(timeline=1, is_standby=False)
STANDBY = ClusterOnDisk(timeline=1, is_standby=True)
PROMOTED = ClusterOnDisk(timeline=2, is_standby=False)
DISKS = (None, PRIMARY, STANDBY, PROMOTED, ClusterOnDisk(timeline=2, is_standby=True))


@pytest.mark.parametrize(("first", "second"), list(product(DISKS, DISKS)))
def test_exactly_one_is_the_primary(first: ClusterOnDisk | None, second: ClusterOnDisk | None) -> None:
    roles = (role_of(first, second, is_first=True), role_of(second, first, is_first=False))
    assert sorted(roles) == [PostgresRole.PRIMARY, PostgresRole.STANDBY]


@pytest.mark.parametrize(
    ("first", "second", "role_of_first"),
    [
        (None, None, PostgresRole.PRIMARY),
        (PRIMARY, STANDBY, PostgresRole.PRIMARY),
        (STANDBY, PRIMARY, PostgresRole.STANDBY),
        (PRIMARY, PROMOTED, PostgresRole.STANDBY),
        (None, STANDBY, PostgresRole.STANDBY),
        (STANDBY, None, PostgresRole.PRIMARY),
    ],
    ids=[
        "empty disks: the first",
        "one that is no standby",
        "whichever its name",
        "the promoted one, and not the one that was lost before",
        "what has data, and not an empty disk",
        "a standby that is all that is left",
    ],
)
def test_the_primary_is_the_one_with_the_newest_data(
    first: ClusterOnDisk | None, second: ClusterOnDisk | None, role_of_first: PostgresRole
) -> None:
    assert role_of(first, second, is_first=True) is role_of_first


@pytest.mark.parametrize(
    ("mine", "primary", "may"),
    [
        (STANDBY, PRIMARY, True),
        (STANDBY, PROMOTED, False),
        (PRIMARY, PROMOTED, False),
        (PRIMARY, PRIMARY, False),
        (None, PRIMARY, False),
        (STANDBY, None, False),
    ],
)
def test_only_a_standby_of_the_same_timeline_goes_on(
    mine: ClusterOnDisk | None, primary: ClusterOnDisk | None, may: bool
) -> None:
    assert may_follow(mine, primary) is may


def test_the_timeline_is_read_from_what_the_tool_prints() -> None:
    printed = "Latest checkpoint's REDO WAL file:    000000020000000000000005\n"
    printed += "Latest checkpoint's TimeLineID:       2\nLatest checkpoint's PrevTimeLineID:   1\n"
    assert read_timeline_id(printed) == 2
    with pytest.raises(ValueError, match="no timeline"):
        read_timeline_id("pg_controldata: error")

"""What is lost, from what was acknowledged and what was found."""

import pytest

from stormproof.drills.loss import Acknowledged, Found, lost_from, newest, recovery_point_s, unless_deleted

S = 1_000_000_000
NAME = ("tenant", "document")


def write(version: int, operation: str = "index", at_s: float = 100) -> Acknowledged:
    return Acknowledged(*NAME, version, operation, round(at_s * S))


@pytest.mark.parametrize(
    ("operation", "found", "kept"),
    [
        ("index", Found(7), True),
        ("index", Found(8), True),
        ("index", Found(6), False),
        ("index", None, False),
        ("index", Found(7, deleted=True), False),
        ("index", Found(8, deleted=True), True),
        ("delete", None, True),
        ("delete", Found(7, deleted=True), True),
        ("delete", Found(6), False),
        ("delete", Found(8), True),
    ],
)
def test_a_write_is_kept_when_it_or_a_newer_one_is_there(
    operation: str, found: Found | None, kept: bool
) -> None:
    expected = {NAME: write(7, operation)}
    lost = lost_from("service", expected, {} if found is None else {NAME: found})
    assert bool(lost) is not kept


@pytest.mark.parametrize(
    ("found", "known", "lost"),
    [
        (None, Found(8, deleted=True), False),
        (None, Found(7, deleted=True), True),
        (None, Found(8), True),
        (None, None, True),
        (Found(6), Found(8, deleted=True), True),
    ],
)
def test_what_a_newer_deletion_took_away_is_not_lost_though_nobody_answered_for_it(
    found: Found | None, known: Found | None, lost: bool
) -> None:
    missing = lost_from("elasticsearch", {NAME: write(7)}, {} if found is None else {NAME: found})
    assert bool(unless_deleted(missing, {} if known is None else {NAME: known})) is lost


def test_a_loss_is_told_by_name_with_what_is_there_instead() -> None:
    (lost,) = lost_from("postgres", {NAME: write(7)}, {NAME: Found(6)})
    assert (lost.store, lost.tenant, lost.document_id) == ("postgres", *NAME)
    assert (lost.version, lost.found_version) == (7, 6)


def test_of_several_writes_the_newest_version_must_be_there() -> None:
    assert newest([write(3), write(9), write(5)])[NAME].version == 9


def test_the_recovery_point_is_the_farthest_loss_on_either_side_of_the_failure() -> None:
    before = lost_from("service", {NAME: write(1, at_s=97)}, {})
    after = lost_from("service", {NAME: write(1, at_s=101.5)}, {})
    assert recovery_point_s([], 100 * S) == 0
    assert recovery_point_s(before, 100 * S) == 3
    assert recovery_point_s(after, 100 * S) == 1.5
    assert recovery_point_s((*before, *after), 100 * S) == 3

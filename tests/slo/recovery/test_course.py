"""What a segmented series says of one fault."""

import pytest

from slo.recovery.course import course
from slo.recovery.segments import Segment

S = 1_000_000_000


def parts(*stretches: tuple[int, int, int]) -> list[Segment]:
    """Segments of (seconds, good, total), in buckets of a second."""
    made: list[Segment] = []
    at = 0
    for length, good, total in stretches:
        made.append(Segment(at, at + length, good, total))
        at += length
    return made


def test_a_dip_has_a_course() -> None:
    felt = course(
        parts((2, 200, 200), (3, 150, 300), (5, 50, 500), (10, 990, 1000)),
        bucket_ns=S,
        healed_ns=8 * S,
        target=0.95,
        before_ratio=0.99,
    )
    assert (felt.detect_s, felt.peak_s, felt.recover_s, felt.back) == (2, 5, 2, 3)
    assert felt.depth == pytest.approx(0.89)
    assert felt.area_s == pytest.approx(3 * 0.49 + 5 * 0.89)


def test_users_who_are_back_before_the_fault_ends_recovered_at_once() -> None:
    felt = course(
        parts((3, 0, 300), (20, 2000, 2000)), bucket_ns=S, healed_ns=15 * S, target=0.99, before_ratio=1
    )
    assert (felt.detect_s, felt.recover_s) == (0, 0)


def test_a_relapse_counts_as_not_recovered_until_it_is_over() -> None:
    dip, good = (2, 0, 200), (5, 500, 500)
    felt = course(parts(dip, good, dip, good), bucket_ns=S, healed_ns=2 * S, target=0.99, before_ratio=1)
    assert (felt.recover_s, felt.back) == (7, 3)


def test_users_who_do_not_come_back_have_no_recovery() -> None:
    felt = course(
        parts((5, 500, 500), (5, 0, 500)), bucket_ns=S, healed_ns=6 * S, target=0.99, before_ratio=1
    )
    assert (felt.detect_s, felt.recover_s, felt.back) == (5, None, None)


def test_a_fault_that_never_ends_has_no_recovery() -> None:
    felt = course(parts((5, 0, 500), (5, 500, 500)), bucket_ns=S, healed_ns=None, target=0.99, before_ratio=1)
    assert (felt.recover_s, felt.back) == (None, 1)


def test_what_is_too_small_to_tell_is_not_outside() -> None:
    # One bad of 200 is below 99.95%, but nobody can tell from that: the upper bound is above it.
    felt = course(parts((10, 199, 200)), bucket_ns=S, healed_ns=5 * S, target=0.9995, before_ratio=1)
    assert (felt.detect_s, felt.peak_s, felt.depth, felt.area_s, felt.recover_s) == (None, None, None, 0, 0)


def test_without_a_stretch_before_all_was_good_before() -> None:
    felt = course(
        parts((4, 0, 400), (4, 400, 400)), bucket_ns=S, healed_ns=4 * S, target=0.99, before_ratio=None
    )
    assert (felt.depth, felt.area_s) == (1.0, 4.0)

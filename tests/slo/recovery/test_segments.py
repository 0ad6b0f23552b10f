"""Change points of made-up series with known ones: found within a second, and none where there is none."""

import random

import pytest

from slo.recovery.segments import Bucket, segments

PER_S = 10
"""Buckets a second."""


def made(seed: int, rate_per_s: float, *stretches: tuple[float, float]) -> list[Bucket]:
    """Poisson-like arrivals over stretches of (seconds, share of good requests)."""
    chance = random.Random(seed)  # noqa: S311 -- made data, the same each time
    buckets: list[Bucket] = []
    for length_s, share in stretches:
        for _ in range(round(length_s * PER_S)):
            total = sum(chance.random() < rate_per_s / PER_S / 20 for _ in range(20))
            buckets.append(Bucket(sum(chance.random() < share for _ in range(total)), total))
    return buckets


def changes_s(buckets: list[Bucket]) -> list[float]:
    return [one.start / PER_S for one in segments(buckets)[1:]]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("rate_per_s", "shares"),
    [
        (50, (1.0, 0.5, 1.0)),
        (50, (0.999, 0.0, 0.999)),
        (100, (0.999, 0.8, 0.999)),
        (100, (0.9995, 0.9, 0.6)),
        (150, (1.0, 0.95, 0.3)),
    ],
)
def test_known_change_points_are_found_within_a_second(
    seed: int, rate_per_s: float, shares: tuple[float, float, float]
) -> None:
    first, second, third = shares
    found = changes_s(made(seed, rate_per_s, (20, first), (12, second), (25, third)))
    assert found == [pytest.approx(20, abs=1), pytest.approx(32, abs=1)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("share", [1.0, 0.999, 0.97, 0.5, 0.0])
def test_where_nothing_changes_nothing_is_found(seed: int, share: float) -> None:
    assert changes_s(made(seed, 100, (60, share))) == []


def test_one_bad_request_is_no_change() -> None:
    buckets = [Bucket(10, 10)] * 100
    buckets[50] = Bucket(9, 10)
    assert changes_s(buckets) == []


def test_segments_tile_the_series_and_keep_its_counts() -> None:
    buckets = made(1, 80, (5, 1.0), (3, 0.2), (5, 1.0), (0.5, 0.0), (5, 1.0))
    parts = segments(buckets)
    assert [one.start for one in parts] == [0, *(one.end for one in parts[:-1])]
    assert parts[-1].end == len(buckets)
    assert len(parts) == 5
    assert sum(one.good for one in parts) == sum(one.good for one in buckets)
    assert sum(one.total for one in parts) == sum(one.total for one in buckets)


def test_stretches_without_requests_and_empty_series_are_borne() -> None:
    assert segments([]) == ()
    (only,) = segments([Bucket(0, 0)] * 5)
    assert (only.start, only.end, only.ratio) == (0, 5, None)
    quiet = [*[Bucket(5, 5)] * 20, *[Bucket(0, 0)] * 30, *[Bucket(0, 5)] * 20]
    assert len(segments(quiet)) == 2

import numpy as np
from numpy.typing import NDArray

from slo.months.grid import gaps, lay_grid, maintained_minutes, missing
from slo.months.maintenance import MaintenanceWindow
from slo.months.month import MINUTE_NS, read_month

MONTH = read_month("2026-11", "UTC")
START_NS = MONTH.span.start_ns
DAY = 1440
LATER_NS = MONTH.span.end_ns


def covered(*stretches: tuple[int, int]) -> NDArray[np.bool_]:
    """Minutes of the month with a request in each."""
    mask = np.zeros(MONTH.minutes, dtype=bool)
    for first, last in stretches:
        mask[first:last] = True
    return mask


def window(first: int, last: int) -> MaintenanceWindow:
    return MaintenanceWindow(START_NS + first * MINUTE_NS, START_NS + last * MINUTE_NS, "disks")


def test_a_month_with_a_request_a_day_lacks_nothing_of_a_sample_and_most_of_a_log() -> None:
    grid = lay_grid(MONTH, (), LATER_NS)
    seldom = covered(*((day * DAY, day * DAY + 1) for day in range(30)))
    assert not missing(grid, seldom, None).any()
    assert missing(grid, seldom, 60).sum() == 30 * (DAY - 1)


def test_a_day_without_a_request_is_missing_whatever_silence_is_allowed() -> None:
    grid = lay_grid(MONTH, (), LATER_NS)
    lacking = missing(grid, covered((0, 6 * DAY), (7 * DAY, 30 * DAY)), 10_000)
    (gap,) = gaps(grid, lacking)
    assert (gap.start_ns, gap.end_ns) == (START_NS + 6 * DAY * MINUTE_NS, START_NS + 7 * DAY * MINUTE_NS)
    assert gap.minutes == DAY


def test_silence_as_long_as_allowed_is_no_gap_and_a_minute_more_is() -> None:
    grid = lay_grid(MONTH, (), LATER_NS)
    assert not missing(grid, covered((0, 100), (160, 43_200)), 60).any()
    assert missing(grid, covered((0, 100), (161, 43_200)), 60).sum() == 61


def test_maintenance_is_neither_silence_nor_the_end_of_one() -> None:
    grid = lay_grid(MONTH, (window(100, 400),), LATER_NS)
    assert not missing(grid, covered((0, 100), (400, 43_200)), 60).any()
    # 50 minutes before it and 50 after it are 100 together.
    assert missing(grid, covered((0, 50), (450, 43_200)), 60).sum() == 100


def test_a_day_that_is_maintenance_lacks_nothing() -> None:
    grid = lay_grid(MONTH, (window(DAY, 2 * DAY),), LATER_NS)
    assert not missing(grid, covered((0, DAY), (2 * DAY, 43_200)), None).any()
    assert maintained_minutes(window(DAY, 2 * DAY), MONTH) == DAY


def test_what_is_still_to_come_is_not_missing() -> None:
    grid = lay_grid(MONTH, (window(20 * DAY, 21 * DAY),), START_NS + 10 * DAY * MINUTE_NS)
    assert not missing(grid, covered((0, 10 * DAY)), 60).any()
    assert grid.to_come.sum() == 19 * DAY
    assert grid.kept.sum() == 10 * DAY


def test_only_the_part_of_a_window_inside_the_month_takes_something_out() -> None:
    assert maintained_minutes(window(-100, 30), MONTH) == 30
    assert maintained_minutes(window(43_190, 43_300), MONTH) == 10
    assert maintained_minutes(window(-100, -10), MONTH) == 0
    assert maintained_minutes(window(50_000, 50_010), MONTH) == 0

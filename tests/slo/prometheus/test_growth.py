import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slo.prometheus.answers import Labels, Values
from slo.prometheus.growth import Counter, targets_seen

NAN = float("nan")
OK: Labels = (("instance", "a:80"), ("job", "shop"), ("status", "200"))
BAD: Labels = (("instance", "a:80"), ("job", "shop"), ("status", "503"))
OTHER: Labels = (("instance", "b:80"), ("job", "shop"), ("status", "200"))


def values(*given: float) -> Values:
    return np.array(given)


def grown(
    series: dict[Labels, Values], counter: Counter | None = None, peaks: dict[Labels, Values] | None = None
) -> dict[Labels, list[float]]:
    told = (counter or Counter()).grow(series, targets_seen(series), lambda: peaks or {})
    return {labels: one.increase.tolist() for labels, one in told.items()}


def test_a_counter_grows_by_its_differences() -> None:
    assert grown({OK: values(5, 8, 8, 20)})[OK] == [3, 0, 12]


def test_a_counter_that_fell_counts_from_nothing() -> None:
    assert grown({OK: values(100, 110, 4, 9)})[OK] == [10, 4, 5]


def test_what_grew_in_a_step_before_a_reset_counts_too() -> None:
    peaks = {OK: values(100, 110, 137, 9)}
    assert grown({OK: values(100, 110, 4, 9)}, peaks=peaks)[OK] == [10, 27 + 4, 5]
    # A highest value that is no higher than what was there before tells nothing more.
    assert grown({OK: values(100, 110, 4, 9)}, peaks={OK: values(NAN, NAN, 4, 9)})[OK] == [10, 4, 5]


def test_what_grew_while_nobody_looked_is_counted_when_they_do() -> None:
    assert grown({OK: values(5, NAN, NAN, 20)})[OK] == [0, 0, 15]


def test_a_series_that_is_born_beside_others_of_its_target_counts_from_nothing() -> None:
    """As the 503s of the first outage are: `increase` would count none of the first value."""
    assert grown({OK: values(5, 8, 8), BAD: values(NAN, 40, 41)})[BAD] == [40, 1]


def test_a_target_that_is_seen_for_the_first_time_counts_from_then_on() -> None:
    assert grown({OK: values(5, 8, 9), OTHER: values(NAN, 1000, 1003)})[OTHER] == [0, 3]
    assert grown({OK: values(NAN, 8, 9), BAD: values(NAN, 7, 7)}) == {OK: [0, 1], BAD: [0, 0]}


def test_a_series_that_comes_back_with_its_target_goes_on_and_beside_it_begins_anew() -> None:
    both_gone = {OK: values(5, NAN, 8), BAD: values(3, NAN, 4)}
    assert grown(both_gone)[BAD] == [0, 1]
    restarted = {OK: values(5, 2, 8), BAD: values(3, NAN, 4)}
    assert grown(restarted)[BAD] == [0, 4]


def test_a_series_is_followed_from_grid_to_grid() -> None:
    counter = Counter()
    assert grown({OK: values(5, 8)}, counter)[OK] == [3]
    assert grown({OK: values(8, NAN)}, counter)[OK] == [0]
    assert grown({OK: values(NAN, 11)}, counter)[OK] == [3]


@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=40),
    st.integers(1, 12),
    st.sets(st.integers(0, 39)),
)
def test_without_resets_the_grid_and_missing_values_change_no_sum(
    steps: list[int], length: int, unseen: set[int]
) -> None:
    whole = np.cumsum(steps).astype(np.float64)
    seen = whole.copy()
    seen[[one for one in unseen if 0 < one < len(steps) - 1]] = NAN
    counter, total = Counter(), 0.0
    for first in range(0, len(seen) - 1, length):
        total += sum(grown({OK: seen[first : first + length + 1]}, counter)[OK])
    assert total == whole[-1] - whole[0]


def test_series_without_the_labels_of_a_target_are_of_one() -> None:
    code: Labels = (("code", "200"),)
    failed: Labels = (("code", "500"),)
    assert grown({code: values(1, 2), failed: values(NAN, 3)})[failed] == [3]


@pytest.mark.parametrize("there", [values(NAN, NAN), values(NAN, 4)])
def test_a_single_value_tells_of_no_growth(there: Values) -> None:
    assert grown({OK: there})[OK] == [0]

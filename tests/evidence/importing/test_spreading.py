"""What was counted over an interval is spread evenly over it, and mixed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evidence.importing.spreading import spread

COUNTS = st.lists(st.integers(min_value=0, max_value=40), max_size=12)


@given(COUNTS, st.integers(min_value=0, max_value=10**10))
def test_each_is_there_as_often_as_it_was_counted_at_instants_of_the_interval(
    counts: list[int], length_ns: int
) -> None:
    placed = list(spread(list(enumerate(counts)), 1000, length_ns))
    assert Counter(thing for _, thing in placed) == Counter(
        {thing: count for thing, count in enumerate(counts) if count}
    )
    instants = [at_ns for at_ns, _ in placed]
    assert instants == sorted(instants)
    assert all(1000 <= at_ns <= 1000 + length_ns for at_ns in instants)


def test_the_distance_is_even() -> None:
    assert [at_ns for at_ns, _ in spread([("x", 4)], 0, 400)] == [50, 150, 250, 350]


@given(st.integers(min_value=200, max_value=2000))
def test_each_tenth_of_the_interval_has_its_share_of_the_slow_ones(total: int) -> None:
    slow = total // 10
    placed = list(spread([("fast", total - slow), ("slow", slow)], 0, total * 100))
    for tenth in range(10):
        part = placed[tenth * total // 10 : (tenth + 1) * total // 10]
        share = sum(thing == "slow" for _, thing in part) / len(part)
        assert abs(share - slow / total) < 0.12

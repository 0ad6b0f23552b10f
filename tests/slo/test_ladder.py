"""Where a number lies among bounds, asked of DuckDB."""

from bisect import bisect_right

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from slo.ladder import ladder, literal

DATABASE = duckdb.connect(":memory:")
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)


@settings(max_examples=100)
@given(starts=st.lists(NUMBERS, unique=True, max_size=40), asked=st.lists(NUMBERS, min_size=1, max_size=5))
def test_a_number_gets_the_last_step_that_starts_at_or_before_it(starts: list[int], asked: list[int]) -> None:
    ordered = sorted(starts)
    text = ladder("number", ((start, str(ordered.index(start))) for start in starts), "-1")
    numbers = [*asked, *starts]
    told = DATABASE.execute(
        f"SELECT list_transform($numbers::BIGINT[], lambda number: {text})",
        {"numbers": numbers},
    ).fetchone()
    assert told == ([bisect_right(ordered, number) - 1 for number in numbers],)


def test_of_steps_that_start_together_the_last_counts() -> None:
    assert ladder("x", [(1, "'a'"), (1, "'b'")], "'none'") == "CASE WHEN x < 1 THEN 'none' ELSE 'b' END"


def test_text_may_have_quotes() -> None:
    assert literal("O'Hara") == "'O''Hara'"

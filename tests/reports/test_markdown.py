from hypothesis import given
from hypothesis import strategies as st

from reports.markdown import MOST_CHARACTERS, fitted


def test_what_fits_is_left_alone() -> None:
    assert fitted(["a", "", "b"]) == "a\n\nb\n"


@given(st.lists(st.text(alphabet="ab\n", max_size=50), min_size=1, max_size=40), st.integers(100, 3_000))
def test_whatever_is_told_fits_a_comment_and_says_that_it_was_cut(parts: list[str], times: int) -> None:
    whole = [f"{part}\n" * times for part in parts]
    text = fitted(whole)
    assert len(text) <= MOST_CHARACTERS
    cut = len("\n\n".join(part for part in whole if part)) + 1 > MOST_CHARACTERS
    assert ("…cut to fit" in text) == cut

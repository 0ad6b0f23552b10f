"""Figures as people read them."""

import pytest

from slo.wording import milliseconds


@pytest.mark.parametrize(
    ("value", "told"),
    [
        *((0.0, "0 ms"), (0.01234, "0.0123 ms"), (8.469, "8.47 ms"), (99.96, "100 ms")),
        *((1070.0, "1,070 ms"), (12_345.6, "12,346 ms"), (-2000.0, "-2,000 ms")),
    ],
)
def test_times_have_three_digits_and_no_exponent(value: float, told: str) -> None:
    assert milliseconds(value) == told

"""Bounds of a difference, and verdicts of many together."""

from dataclasses import dataclass
from math import inf, sqrt

import pytest

from evidence.comparison_record import ChangeVerdict
from slo.comparison.bad_share import BadShare
from slo.comparison.bounded import Range, normal, student
from slo.comparison.decision import Limits, Question, decide, discoveries, overall
from slo.comparison.difference import Difference


@dataclass(frozen=True)
class Normal:
    """An estimate with a known standard error."""

    estimate: float
    error: float

    def bounds(self, alpha: float) -> Range:
        reach = normal(alpha) * self.error
        return Range(self.estimate - reach, self.estimate + reach)


LIMITS = Limits(-1.0, 1.0, higher_is_worse=True)


def asked(effect: float, error: float) -> Question:
    """Half of the variance on each side."""
    side = error / sqrt(2)
    return Question(Difference((Normal(10, side),), (Normal(10 + effect, side),)), LIMITS)


def test_bounds_of_normal_figures_are_those_of_their_difference() -> None:
    difference = asked(3.0, 1.0).difference
    assert difference.effect == pytest.approx(3)
    assert difference.low(0.05) == pytest.approx(3 - 1.6448536)
    assert difference.high(0.05) == pytest.approx(3 + 1.6448536)


def test_the_p_value_is_the_level_at_which_the_bound_meets_the_limit() -> None:
    difference = asked(4.0, 1.0).difference
    assert difference.p_above(1.0) == pytest.approx(0.00135, rel=0.02)
    assert difference.p_below(-1.0) is None
    assert asked(1.5, 1.0).difference.p_above(1.0) is None


def test_two_shares_are_bounded_on_both_sides_even_where_one_saw_no_failure() -> None:
    difference = Difference((BadShare(0, 1000, None),), (BadShare(20, 1000, None),))
    assert 0.01 < difference.low() < 0.02 < difference.high() < 0.035
    assert difference.p_above(0.0) is not None


def test_what_runs_of_one_side_differ_by_widens_the_bounds() -> None:
    apart = Difference((Normal(9, 0.1), Normal(11, 0.1)), (Normal(14, 0.1), Normal(16, 0.1)))
    near = Difference((Normal(10, 0.1), Normal(10, 0.1)), (Normal(15, 0.1), Normal(15, 0.1)))
    assert apart.effect == near.effect == 5
    assert near.low() == pytest.approx(5 - normal(0.05) * 0.1)
    # Variance 2 from run to run, on two degrees of freedom.
    assert apart.low() == pytest.approx(5 - student(0.05, 2) * sqrt(2), rel=0.01)


def test_what_is_known_to_differ_from_run_to_run_widens_the_bounds_of_two_runs() -> None:
    one, other = Normal(10, 0.1), Normal(15, 0.1)
    known = Difference((one,), (other,), known_spread=1.0)
    assert known.low() == pytest.approx(5 - normal(0.05) * sqrt(2 * 0.1**2 + 2 * 1.0**2))


def test_nothing_is_proven_of_what_has_no_bound() -> None:
    unbounded = Normal(1.0, inf)
    (answer,) = decide([Question(Difference((unbounded,), (unbounded,)), LIMITS)])
    assert answer.verdict is ChangeVerdict.NOT_PROVEN
    assert answer.times_the_evidence is None


@pytest.mark.parametrize(
    ("effect", "error", "verdict"),
    [
        (4.0, 1.0, ChangeVerdict.REGRESSED),
        (-4.0, 1.0, ChangeVerdict.IMPROVED),
        (0.0, 0.3, ChangeVerdict.NO_CHANGE),
        (0.0, 1.0, ChangeVerdict.NOT_PROVEN),
        (1.2, 1.0, ChangeVerdict.NOT_PROVEN),
        (0.9, 0.01, ChangeVerdict.NO_CHANGE),
    ],
)
def test_an_effect_is_judged_against_what_matters(
    effect: float, error: float, verdict: ChangeVerdict
) -> None:
    assert decide([asked(effect, error)])[0].verdict is verdict


def test_of_what_is_not_proven_it_is_told_how_much_would_tell() -> None:
    (answer,) = decide([asked(0.0, 1.0)])
    assert answer.times_the_evidence == pytest.approx(1.6448536**2)


def test_among_many_figures_chance_is_given_its_due() -> None:
    lucky = asked(2.8, 1.0)
    assert decide([lucky])[0].verdict is ChangeVerdict.REGRESSED
    assert decide([lucky, *[asked(0.0, 1.0)] * 49])[0].verdict is ChangeVerdict.NOT_PROVEN


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    # Their own example (1995, section 4): of 15 p-values, four fall at 5%.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    found = discoveries([*p_values, *[None] * 6])
    assert found == (*[True] * 4, *[False] * 11)


def test_a_regression_anywhere_wins_and_what_decides_must_be_told() -> None:
    regressed, improved, same, open_one = (
        ChangeVerdict.REGRESSED,
        ChangeVerdict.IMPROVED,
        ChangeVerdict.NO_CHANGE,
        ChangeVerdict.NOT_PROVEN,
    )
    assert overall([same, regressed], [same]) is regressed
    assert overall([same, improved, open_one], [same, improved]) is improved
    assert overall([same, improved, open_one], [improved, open_one]) is open_one
    assert overall([same, open_one], [same]) is same
    assert overall([], []) is open_one

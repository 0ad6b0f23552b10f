"""The decision alone, at its edges."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from evidence.verdict_record import ObjectiveResult, Validity, ValidityCheck, Verdict
from slo.counting import Tally
from slo.objective import Indicator, Objective
from slo.verdicts import budget, judge, overall

OBJECTIVE = Objective("availability", "search", Indicator.AVAILABILITY, 0.95)
ENTERPRISE = replace(OBJECTIVE, target=0.9995)
S = 1_000_000_000


@pytest.mark.parametrize(
    ("objective", "bad", "total", "verdict"),
    [
        # 0.95^59 <= 0.05 < 0.95^58: exactly enough, and one too few.
        (OBJECTIVE, 0, 59, Verdict.MET),
        (OBJECTIVE, 0, 58, Verdict.NOT_PROVEN),
        (ENTERPRISE, 0, 5990, Verdict.MET),
        (ENTERPRISE, 0, 5989, Verdict.NOT_PROVEN),
        # One bad one needs 93 (tables of attribute sampling: 95% reliability, 95% confidence, one failure).
        (OBJECTIVE, 1, 93, Verdict.MET),
        (OBJECTIVE, 1, 92, Verdict.NOT_PROVEN),
        (OBJECTIVE, 2, 93, Verdict.NOT_PROVEN),
        # Bad of few: a ratio below the target is not yet missed, all of them bad is.
        (OBJECTIVE, 2, 2, Verdict.MISSED),
        (OBJECTIVE, 1, 1, Verdict.NOT_PROVEN),  # the upper bound is the target itself
        (ENTERPRISE, 1, 100, Verdict.MISSED),
        (ENTERPRISE, 1, 103, Verdict.NOT_PROVEN),
        (OBJECTIVE, 0, 0, Verdict.NOT_PROVEN),
    ],
)
def test_inference_says_what_the_bounds_say(
    objective: Objective, bad: int, total: int, verdict: Verdict
) -> None:
    assert judge(objective, Tally(total - bad, total)).verdict is verdict


@given(st.integers(1, 3000), st.data())
def test_inference_is_the_exact_binomial_test(total: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, min(total, 300)))
    verdict = judge(OBJECTIVE, Tally(total - bad, total)).verdict
    # Were the true ratio just the target: the chance of seeing this few bad ones, or this many.
    so_few = binom.cdf(bad, total, 0.05)
    so_many = binom.sf(bad - 1, total, 0.05)
    expected = Verdict.MET if so_few <= 0.05 else Verdict.MISSED if so_many < 0.05 else Verdict.NOT_PROVEN
    if min(abs(so_few - 0.05), abs(so_many - 0.05)) > 1e-9:
        assert verdict is expected


@pytest.mark.parametrize(
    ("target", "bad", "total", "verdict"),
    [
        (0.95, 5, 100, Verdict.MET),
        (0.95, 6, 100, Verdict.MISSED),
        # 1 - 0.9995 is not 0.0005 in binary; exactly the budget is still within it.
        (0.9995, 5, 10_000, Verdict.MET),
        (0.9995, 6, 10_000, Verdict.MISSED),
        (0.999, 12_345, 12_345_000, Verdict.MET),
        (0.999, 12_346, 12_345_000, Verdict.MISSED),
        (0.95, 0, 1, Verdict.MET),
        (0.95, 0, 0, Verdict.NOT_PROVEN),
    ],
)
def test_the_window_is_arithmetic(target: float, bad: int, total: int, verdict: Verdict) -> None:
    objective = replace(OBJECTIVE, target=target)
    assert judge(objective, Tally(total - bad, total), "window").verdict is verdict


def test_the_budget_is_exact() -> None:
    assert budget(ENTERPRISE, 10_000) == 5.0
    assert budget(ENTERPRISE, 12_345) == 6.1725


def test_what_is_not_proven_says_what_would_prove_it() -> None:
    assert judge(ENTERPRISE, Tally(0, 0)).needs == "needs 5,990 requests without a bad one"
    at_ten_a_second = Tally(990, 990, 0, 989 * S // 10)
    assert judge(ENTERPRISE, at_ten_a_second).needs == (
        "needs 5,000 more requests without a bad one (about 9 min at this rate)"
    )
    below = judge(replace(OBJECTIVE, target=0.99), Tally(98, 100)).needs
    assert below is not None
    assert "without a bad one" in below
    above = judge(replace(OBJECTIVE, target=0.99), Tally(997, 1000)).needs
    assert above is None
    some_bad = judge(replace(OBJECTIVE, target=0.999), Tally(9_995, 10_000)).needs
    assert some_bad is not None
    assert "at the present ratio" in some_bad


def test_a_reason_never_rounds_a_miss_into_a_hit() -> None:
    # 99.9488% would read 99.95%, as promised.
    reason = judge(ENTERPRISE, Tally(9_994_880, 10_000_000)).reason
    assert reason.startswith(
        "99.949% of 10,000,000 requests were good, 99.95% is promised: 5,120 bad where 5,000"
    )


def result(verdict: Verdict) -> ObjectiveResult:
    return ObjectiveResult(
        name="availability",
        service="search",
        indicator="availability",
        labels={},
        phase=None,
        demanded=True,
        target=0.95,
        threshold_ms=None,
        good=1,
        total=1,
        ratio=1.0,
        budget=0.05,
        consumed=0.0,
        interval=None,
        verdict=verdict,
        reason="",
        needs=None,
    )


VALID = Validity(True, ())
INVALID = Validity(False, (ValidityCheck("run-ended", None, None, False, "killed"),))


@pytest.mark.parametrize(
    ("validity", "verdicts", "expected"),
    [
        (VALID, [Verdict.MET, Verdict.MET], Verdict.MET),
        (VALID, [Verdict.MET, Verdict.NOT_PROVEN], Verdict.NOT_PROVEN),
        (VALID, [Verdict.NOT_PROVEN, Verdict.MISSED, Verdict.MET], Verdict.MISSED),
        (VALID, [], Verdict.NOT_PROVEN),
        (INVALID, [Verdict.MET], Verdict.INVALID),
        (INVALID, [Verdict.MISSED], Verdict.INVALID),
        (INVALID, [], Verdict.INVALID),
    ],
)
def test_the_worst_wins_and_nothing_is_never_met(
    validity: Validity, verdicts: list[Verdict], expected: Verdict
) -> None:
    assert overall(validity, [result(one) for one in verdicts]) is expected


def test_where_more_than_the_unknown_is_missing_all_of_it_is_told() -> None:
    fast = replace(OBJECTIVE, indicator=Indicator.LATENCY, threshold_ms=100.0)
    told = judge(fast, Tally(40, 41, unknown=1))
    assert told.verdict is Verdict.NOT_PROVEN
    assert "too few to tell" in told.reason
    assert (
        told.needs
        == "needs evidence that records how long requests took, and then 18 more requests without a bad one"
    )

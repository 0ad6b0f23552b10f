"""The Universal Scalability Law against published worked examples."""

import pytest

from stormproof.capacity.usl import Point, ScalabilityFit, fit_usl

# SPEC SDM91 on a SPARCcenter 2000: throughput of 1 to 216 simulated users; the data set that Gunther fits in
# Guerrilla Capacity Planning, and the R package `usl` (Möding) ships as specsdm91.
SPEC_SDM91 = tuple(
    Point(n, x)
    for n, x in (
        (1, 64.9),
        (18, 995.9),
        (36, 1652.4),
        (72, 1853.2),
        (108, 1828.9),
        (144, 1775.0),
        (216, 1702.2),
    )
)


def test_the_published_coefficients_are_found() -> None:
    """That package's README gives them: alpha 0.0277285, beta 0.0001044, gamma 89.9952330."""
    fit = fit_usl(SPEC_SDM91)
    assert fit is not None
    assert fit.sigma == pytest.approx(0.0277285, abs=5e-7)
    assert fit.kappa == pytest.approx(0.0001044, abs=5e-8)
    assert fit.gamma_per_s == pytest.approx(89.9952330, rel=1e-5)


def test_the_peak_follows_from_the_coefficients() -> None:
    """Gunther: N* = sqrt((1 - σ) / κ), here between 96 and 97."""
    fit = ScalabilityFit(89.9952330, 0.0277285, 0.0001044, 1.0)
    assert fit.peak_concurrency == pytest.approx(96.5, abs=0.05)
    assert fit.peak_per_s == pytest.approx(fit.throughput_per_s(96.5), rel=1e-4)


def test_what_follows_the_law_exactly_is_found_exactly() -> None:
    law = ScalabilityFit(120.0, 0.04, 0.0003, 1.0)
    fit = fit_usl([Point(n, law.throughput_per_s(n)) for n in (1, 2, 4, 8, 16, 32, 64)])
    assert fit is not None
    assert (fit.gamma_per_s, fit.sigma, fit.kappa) == pytest.approx((120.0, 0.04, 0.0003), rel=1e-3)
    assert fit.r_squared == pytest.approx(1.0)


def test_without_contention_there_is_no_peak() -> None:
    fit = fit_usl([Point(n, 10.0 * n) for n in (1, 2, 4, 8)])
    assert fit is not None
    assert fit.peak_per_s > 10_000


def test_as_many_points_as_coefficients_prove_nothing() -> None:
    assert fit_usl(SPEC_SDM91[:3]) is None
    assert fit_usl([SPEC_SDM91[0]] * 10) is None


def test_a_target_that_answers_nothing_well_follows_no_law() -> None:
    """Every probe failed with errors: requests were in flight, none was good."""
    assert fit_usl([Point(n, 0.0) for n in (1, 5, 20, 40)]) is None


def test_a_target_that_idles_most_of_the_time_follows_no_law() -> None:
    """Less than one in flight, the less the more was asked: the curve fits by 98%, and means nothing."""
    assert fit_usl([Point(n, x) for n, x in ((1.0, 98.3), (0.7, 141.1), (0.6, 168.2), (0.5, 182.9))]) is None

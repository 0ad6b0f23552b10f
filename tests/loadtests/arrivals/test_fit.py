"""The schedule against the law that it is to follow, at 1, 2 and 4 workers: gaps, rate and mix."""

import numpy as np
import pytest
from scipy import stats

from loadtests.arrivals import ArrivalProcess, ArrivalStream, Flat, worker_share
from loadtests.arrivals.curve import Floats, RateCurve
from tests.loadtests.arrivals.curves import RAMP, SINE, SMOOTH, curve

POISSON = ArrivalProcess.POISSON
DURATION_S = 1800.0
SEED = 7
PERSONAS = (
    ArrivalStream("ann", POISSON, Flat(150.0)),
    ArrivalStream("bob", POISSON, curve(**SINE)),
    ArrivalStream("cleo", POISSON, curve(**{**RAMP, "over_s": 1200})),
)


def shares_s(personas: tuple[ArrivalStream, ...], duration_s: float, workers: int) -> list[Floats]:
    return [
        np.array([one.offset_ns for one in worker_share(personas, duration_s, SEED, k, workers)]) / 1e9
        for k in range(workers)
    ]


def p_value_of_gaps(expected: Floats, arrivals_a_gap: int) -> float:
    """Where time runs so that one arrival is expected a unit, a gap over n arrivals is the sum of n
    exponential ones: Erlang's distribution.
    """
    return float(stats.kstest(np.diff(expected), stats.gamma(arrivals_a_gap).cdf).pvalue)


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("name", SMOOTH)
def test_the_gaps_of_poisson_arrivals_are_exponential_on_every_curve(name: str, workers: int) -> None:
    rate: RateCurve = SMOOTH[name]
    shares = shares_s((ArrivalStream("p", POISSON, rate),), 120, workers)
    assert p_value_of_gaps(rate.expected(np.sort(np.concatenate(shares))), 1) > 0.01
    for share in shares:
        assert p_value_of_gaps(rate.expected(share), workers) > 0.01


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_several_personas_together_keep_gaps_rate_and_mix(workers: int) -> None:
    def expected(at_s: Floats) -> Floats:
        summed: Floats = np.sum([one.curve.expected(at_s) for one in PERSONAS], axis=0)
        return summed

    shares = [list(worker_share(PERSONAS, DURATION_S, SEED, k, workers)) for k in range(workers)]
    at_s = np.sort([one.offset_ns / 1e9 for share in shares for one in share])
    assert p_value_of_gaps(expected(at_s), 1) > 0.01

    end_s = np.array([DURATION_S])
    total = float(expected(end_s)[0])
    assert len(at_s) == pytest.approx(total, rel=0.005)
    for share in shares:
        assert len(share) == pytest.approx(total / workers, rel=0.005)
        for one in PERSONAS:
            mix = sum(arrival.persona == one.persona for arrival in share) / len(share)
            assert mix == pytest.approx(float(one.curve.expected(end_s)[0]) / total, abs=0.01)


def test_a_clock_that_only_ticks_does_not_pass_for_chance() -> None:
    steady = shares_s((ArrivalStream("p", ArrivalProcess.CONSTANT, Flat(200.0)),), 120, 1)[0]
    assert p_value_of_gaps(Flat(200.0).expected(steady), 1) < 1e-9

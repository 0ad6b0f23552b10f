"""Requests of simulated runs, in the columns that comparisons are computed from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slo.comparison.requests import ComparedRequests

type Seconds = NDArray[np.float64]

_NS_PER_S = 1_000_000_000
_OPERATIONS = ("delete", "get", "index", "search")
_SHARES = (0.05, 0.3, 0.15, 0.5)
_MEDIAN_MS = np.array([9.0, 4.0, 7.0, 14.0])


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """How latencies and failures of a run come about."""

    name: str
    seconds: int = 300
    rate_per_s: float = 200.0
    sigma: float = 0.55
    """Of the logarithm of latency; with a share of 2% three times as slow, as tails are."""
    stalls: float = 0.0
    """Expected in a run: each adds up to 300 ms to what is intended in it, for 2 s on average, and fails a
    tenth of it."""
    wandering: float = 0.0
    """Standard deviation of the logarithm of a slowness that all requests share and that changes over
    half a minute, as that of a machine with neighbours does."""
    from_run_to_run: float = 0.0
    """Standard deviation of the logarithm of a slowness that is one for a whole run."""
    bad: float = 0.0005

    def slower(self, factor: float) -> "SlowerRun":
        """The same with every latency `factor` times as long."""
        return SlowerRun(self, factor)

    def draw(self, chance: np.random.Generator) -> ComparedRequests:
        """One run."""
        return SlowerRun(self, 1.0).draw(chance)


@dataclass(frozen=True, slots=True)
class SlowerRun:
    """A run of a service that is slower by a factor."""

    like: SimulatedRun
    factor: float

    def draw(self, chance: np.random.Generator) -> ComparedRequests:
        """One run."""
        run = self.like
        count = int(chance.poisson(run.rate_per_s * run.seconds))
        at_s = np.sort(chance.uniform(0, run.seconds, count))
        operation = chance.choice(len(_OPERATIONS), count, p=_SHARES)
        latency_s = _MEDIAN_MS[operation] / 1e3 * np.exp(chance.normal(0, run.sigma, count))
        latency_s *= np.where(chance.random(count) < 0.02, 3.0, 1.0)
        latency_s *= np.exp(chance.normal(0, run.from_run_to_run)) * _wander(run, at_s, chance)
        stalled = _stalls(run, at_s, chance)
        latency_s = (latency_s + stalled) * self.factor
        bad = chance.random(count) < np.where(stalled > 0, 0.1, run.bad)
        return _columns(at_s, latency_s, operation, bad)


def _wander(run: SimulatedRun, at_s: Seconds, chance: np.random.Generator) -> Seconds:
    """Ornstein and Uhlenbeck's process, by the second."""
    if run.wandering <= 0:
        return np.ones(len(at_s))
    keep = float(np.exp(-1 / 30.0))
    steps = chance.normal(0, run.wandering * np.sqrt(1 - keep**2), run.seconds + 1)
    level = np.empty(run.seconds + 1)
    level[0] = chance.normal(0, run.wandering)
    for second in range(1, run.seconds + 1):
        level[second] = keep * level[second - 1] + steps[second]
    return np.asarray(np.exp(level[at_s.astype(int)]), dtype=np.float64)


def _stalls(run: SimulatedRun, at_s: Seconds, chance: np.random.Generator) -> Seconds:
    added = np.zeros(len(at_s))
    for _ in range(int(chance.poisson(run.stalls))):
        start_s, length_s = chance.uniform(0, run.seconds), chance.exponential(2.0)
        within = (at_s >= start_s) & (at_s < start_s + length_s)
        added[within] += chance.uniform(0.05, 0.3)
    return added


def _columns(
    at_s: Seconds, latency_s: Seconds, operation: NDArray[np.int64], bad: NDArray[np.bool_]
) -> ComparedRequests:
    intended_ns = (at_s * _NS_PER_S).astype(np.int64)
    latency_ns = (latency_s * _NS_PER_S).astype(np.int64)
    nothing = np.zeros(len(at_s), dtype=np.int16)
    return ComparedRequests(
        intended_ns=intended_ns,
        ended_ns=intended_ns + latency_ns,
        latency_ns=latency_ns,
        available=~bad,
        answered=np.ones(len(at_s), dtype=bool),
        tier=nothing,
        operation=(operation + 1).astype(np.int16),
        phase=nothing,
        stratum=np.zeros(len(at_s), dtype=np.int64),
        tiers=(),
        operations=_OPERATIONS,
        phases={},
        faults={},
        clocks=("intended",),
    )


STEADY = SimulatedRun("steady")
PATTERNS = (
    STEADY,
    replace(STEADY, name="3 stalls", stalls=3.0),
    replace(STEADY, name="12 stalls", stalls=12.0),
    replace(STEADY, name="wandering by 10%", wandering=0.1),
)
"""Ways in which one service behaves, the same in every run."""

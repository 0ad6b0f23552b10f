"""A pattern that comes again and again."""

from dataclasses import dataclass

import numpy as np

from loadtests.arrivals.busiest_window import busiest_window
from loadtests.arrivals.curve import Floats
from loadtests.arrivals.piecewise import PiecewiseLinear


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """The first `period_s` of a curve, for ever."""

    pattern: PiecewiseLinear
    period_s: float

    def expected(self, at_s: Floats) -> Floats:
        """Whole periods, and what the one that goes on has brought."""
        periods, into_s = np.divmod(at_s, self.period_s)
        summed: Floats = periods * self._a_period + self.pattern.expected(into_s)
        return summed

    def instants_s(self, counts: Floats) -> Floats:
        """The same, backwards."""
        periods, beyond = np.divmod(counts, self._a_period)
        instants: Floats = periods * self.period_s + np.minimum(
            self.pattern.instants_s(beyond), self.period_s
        )
        return instants

    def most_expected(self, window_s: float, until_s: float) -> float:
        """Whole periods hold the same wherever they begin; the rest of the window finds its busiest place."""
        periods, rest_s = divmod(window_s, self.period_s)
        turns_s = np.concatenate([self.pattern.starts_s + start for start in (0.0, self.period_s)])
        latest_start_s = min(until_s - window_s, self.period_s)
        return periods * self._a_period + busiest_window(self.expected, turns_s, rest_s, latest_start_s)

    @property
    def _a_period(self) -> float:
        return float(self.pattern.expected(np.array([self.period_s]))[0])

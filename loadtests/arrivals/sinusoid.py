"""A rate that swings around its mean."""

from dataclasses import dataclass
from math import pi, tau

import numpy as np

from loadtests.arrivals.curve import Floats

_TOLERANCE = 1e-14
"""Of an angle: a seventh of a nanosecond where the period is a day."""
_MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Sinusoid:
    """mean + amplitude * sin(tau * (t + phase) / period).

    Its inverse is Kepler's: with the angle E = tau * (t + phase) / period + pi / 2 and e = amplitude / mean,
    the number expected grows as E - e * sin(E).
    """

    mean_per_s: float
    amplitude_per_s: float
    """From 0 to the mean."""
    period_s: float
    phase_s: float

    def expected(self, at_s: Floats) -> Floats:
        """In closed form."""
        return (self._anomaly(at_s) - self._anomaly(np.zeros(1))) * (self.mean_per_s * self.period_s / tau)

    def instants_s(self, counts: Floats) -> Floats:
        """By Newton's method, within one turn: angles stay small however long the load lasts."""
        anomalies = self._anomaly(np.zeros(1)) + counts * (tau / (self.mean_per_s * self.period_s))
        turns, anomaly = np.divmod(anomalies, tau)
        angle = _eccentric(anomaly, self._eccentricity)
        instants: Floats = turns * self.period_s + (angle - pi / 2) * (self.period_s / tau) - self.phase_s
        return np.maximum(instants, 0.0)

    def most_expected(self, window_s: float, until_s: float) -> float:
        """The window around a crest or, longer than half a period, around a trough; else one at an end."""
        latest_start_s = until_s - window_s
        middles_s = np.array([0.25, 0.75]) * self.period_s - self.phase_s - window_s / 2
        starts_s = np.append(np.mod(middles_s, self.period_s), [0.0, latest_start_s])
        starts_s = starts_s[starts_s <= latest_start_s]
        return float((self.expected(starts_s + window_s) - self.expected(starts_s)).max())

    @property
    def _eccentricity(self) -> float:
        return self.amplitude_per_s / self.mean_per_s

    def _anomaly(self, at_s: Floats) -> Floats:
        angle = (at_s + self.phase_s) * (tau / self.period_s) + pi / 2
        return angle - self._eccentricity * np.sin(angle)


def _eccentric(anomaly: Floats, eccentricity: float) -> Floats:
    """The E with E - e * sin(E) = anomaly, for 0 <= anomaly < tau and 0 <= e <= 1."""
    # The second half of the turn mirrors the first.
    folded = np.minimum(anomaly, tau - anomaly)
    # There the function bends upwards only: from a point at or above its root Newton's method comes down to
    # it, never past it. sin(E) <= 1 gives one such point, E - sin(E) >= E**3 / pi**2 another, which is close
    # to the root where e is nearly 1.
    angle = np.minimum(np.minimum(folded + eccentricity, np.cbrt(pi**2 * folded)), pi)
    for _ in range(_MOST_STEPS):
        excess = angle - eccentricity * np.sin(angle) - folded
        slope = 1 - eccentricity * np.cos(angle)
        step = np.divide(excess, slope, out=np.zeros_like(angle), where=slope > 0)
        angle = angle - step
        if np.abs(step).max(initial=0.0) <= _TOLERANCE:
            break
    unfolded: Floats = np.where(anomaly <= pi, angle, tau - angle)
    return unfolded

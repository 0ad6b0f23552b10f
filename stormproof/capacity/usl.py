"""The Universal Scalability Law: how throughput grows with concurrency, and where it stops to.

X(N) = γN / (1 + σ(N - 1) + κN(N - 1)) (Gunther, Guerrilla Capacity Planning, 2007, ch. 4; γ as in Gunther,
Puglia, Tomasette, Hadoop Superlinear Scalability, ACM Queue 2015): γ is what one does alone, σ the share
that waits for its turn, κ what each pair costs to stay consistent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.optimize import least_squares

type Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

LEAST_POINTS = 4
"""One more than there are coefficients: with fewer the curve passes through anything."""


@dataclass(frozen=True, slots=True)
class Point:
    """Throughput, per second, at a concurrency: requests in flight, or workers."""

    concurrency: float
    throughput_per_s: float


@dataclass(frozen=True, slots=True)
class ScalabilityFit:
    """The three coefficients, and how well they fit (the coefficient of determination)."""

    gamma_per_s: float
    sigma: float
    kappa: float
    r_squared: float

    def throughput_per_s(self, concurrency: float) -> float:
        """What the law says for this concurrency."""
        n = concurrency
        return self.gamma_per_s * n / (1 + self.sigma * (n - 1) + self.kappa * n * (n - 1))

    @property
    def peak_concurrency(self) -> float:
        """More in flight than this makes it slower; infinite without κ."""
        return sqrt((1 - self.sigma) / self.kappa) if self.kappa > 0 else float("inf")

    @property
    def peak_per_s(self) -> float:
        """The most that it will ever do: γ/σ in the limit where there is no κ."""
        if self.kappa > 0:
            return self.throughput_per_s(max(1.0, self.peak_concurrency))
        return self.gamma_per_s / self.sigma if self.sigma > 0 else float("inf")


def fit_usl(points: Sequence[Point]) -> ScalabilityFit | None:
    """Least squares with γ > 0, 0 <= σ < 1, κ >= 0, over concurrencies of one and more: below that the law
    says nothing, and its curve would bend to anything.

    None for fewer than LEAST_POINTS such concurrencies, and where nothing came through at any of them.
    """
    points = [point for point in points if point.concurrency >= 1]
    if len({point.concurrency for point in points}) < LEAST_POINTS:
        return None
    if all(point.throughput_per_s == 0 for point in points):
        return None
    n = np.array([point.concurrency for point in points], dtype=np.float64)
    x = np.array([point.throughput_per_s for point in points], dtype=np.float64)
    scale = float(np.max(x))

    def residuals(coefficients: Vector, /) -> Vector:
        gamma, sigma, kappa = coefficients
        misses: Vector = (gamma * n / (1 + sigma * (n - 1) + kappa * n * (n - 1)) - x) / scale
        return misses

    start = [float(np.max(x / n)), 0.05, 1e-4]
    found = least_squares(
        residuals, start, bounds=([0, 0, 0], [np.inf, 1, np.inf]), x_scale=[max(start[0], 1e-9), 0.1, 1e-3]
    )
    gamma, sigma, kappa = (float(one) for one in found.x)
    spread = float(np.sum((x - np.mean(x)) ** 2))
    unexplained = float(np.sum((residuals(found.x) * scale) ** 2))
    return ScalabilityFit(gamma, sigma, kappa, 1 - unexplained / spread if spread > 0 else 0.0)

"""A figure of one run that chance has a part in."""

from dataclasses import dataclass
from math import inf
from typing import Protocol

from scipy.special import ndtr, ndtri, stdtrit

ALPHA = 0.05
"""The chance that a one-sided bound, or a verdict of a whole comparison, is wrong."""


@dataclass(frozen=True, slots=True)
class Range:
    """One-sided bounds; infinite where the evidence gives none."""

    low: float
    high: float


class Bounded(Protocol):
    """An estimate with bounds."""

    @property
    def estimate(self) -> float:
        """On the scale that differences are taken on."""

    def bounds(self, alpha: float) -> Range:
        """Each wrong with about `alpha`, 0 < alpha < 0.5."""


def student_level(alpha: float, bursts: float | None) -> float:
    """The level at which a normal bound is as wide as Student's at `alpha`, whose variance rests on so many
    bursts; None for a variance that is known.
    """
    if bursts is None:
        return alpha
    return float(ndtr(-student(alpha, bursts)))


def student(alpha: float, freedom: float) -> float:
    """Student's quantile of the upper `alpha`; infinite below one degree of freedom."""
    return float(-stdtrit(freedom, alpha)) if freedom >= 1 else inf


def normal(alpha: float) -> float:
    """The normal quantile of the upper `alpha`."""
    return float(-ndtri(alpha))

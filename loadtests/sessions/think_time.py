"""How long a client waits between an answer and its next request."""

import math
import random
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict


class ThinkDistribution(StrEnum):
    """How think times spread around their mean."""

    CONSTANT = "constant"
    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"
    """What people do: mostly short, now and then long."""


@dataclass(frozen=True, slots=True)
class ThinkTime:
    """A distribution by its mean."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    mean_s: float
    distribution: ThinkDistribution = ThinkDistribution.CONSTANT
    sigma: float = 0.5
    """Of a lognormal one: the standard deviation of the logarithm."""

    def draw_s(self, source: random.Random) -> float:
        """One think time."""
        match self.distribution:
            case ThinkDistribution.CONSTANT:
                return self.mean_s
            case ThinkDistribution.EXPONENTIAL:
                return source.expovariate(1.0) * self.mean_s
            case ThinkDistribution.LOGNORMAL:
                return self.mean_s * math.exp(source.gauss(0.0, self.sigma) - self.sigma**2 / 2)

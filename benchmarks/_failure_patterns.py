"""How requests fail in a simulated run: independently, in incidents of random length, by the time of day."""

from dataclasses import dataclass
from math import exp, log
from typing import Literal, Protocol

import numpy as np

from slo.inference.block_counts import Counts

type Length = Literal["exponential", "lognormal"]


class Pattern(Protocol):
    """A way of failing whose long-run ratio of bad requests is known."""

    @property
    def bad_ratio(self) -> float:
        """Of all requests, in the long run."""

    @property
    def burst_blocks(self) -> float:
        """How many blocks a burst takes, on average; 0 where there are none."""

    def draw(self, chance: np.random.Generator) -> tuple[Counts, Counts]:
        """Requests and bad requests in each block of one run."""


@dataclass(frozen=True, slots=True)
class Independent:
    """Each request fails by itself."""

    bad_ratio: float
    blocks: int = 3600
    rate: float = 20.0
    """Requests a block."""
    burst_blocks: float = 0.0

    def draw(self, chance: np.random.Generator) -> tuple[Counts, Counts]:
        """One run."""
        total = chance.poisson(self.rate, self.blocks)
        return total, chance.binomial(total, self.bad_ratio)


@dataclass(frozen=True, slots=True)
class Diurnal:
    """Each request fails by itself, more of them at the busy hours: 0.1 to 1.9 times the mean ratio."""

    bad_ratio: float
    days: int = 7
    blocks: int = 7 * 1440
    rate: float = 20.0
    burst_blocks: float = 0.0

    def draw(self, chance: np.random.Generator) -> tuple[Counts, Counts]:
        """One run of whole days."""
        hour = np.arange(self.blocks) / self.blocks * self.days * 2 * np.pi
        rate = self.rate * (1 + 0.5 * np.sin(hour))
        shape = 1 + 0.9 * np.sin(hour)
        ratio = self.bad_ratio * shape * rate.sum() / (rate * shape).sum()
        total = chance.poisson(rate)
        return total, chance.binomial(total, ratio)


@dataclass(frozen=True, slots=True)
class Incidents:
    """Incidents begin at random, last a random time, and fail a share of the requests that they meet."""

    near_ratio: float
    """Of bad requests, were there no overlap of incidents."""
    a_run: float
    """Incidents in a run, on average; how long they are follows from the ratio."""
    length: Length = "exponential"
    share: float = 0.5
    """Of the requests in an incident that fail."""
    background: float = 0.0
    """Of the bad ratio, the part that fails independently."""
    blocks: int = 4320
    rate: float = 20.0

    @property
    def bad_ratio(self) -> float:
        """Incidents come as a Poisson process: some are there 1 - exp(-load) of the time."""
        load = self.near_ratio * (1 - self.background) / self.share
        return self.share * (1 - exp(-load)) + self.near_ratio * self.background

    @property
    def burst_blocks(self) -> float:
        """The mean length of an incident."""
        return self.blocks * self.near_ratio * (1 - self.background) / (self.a_run * self.share)

    def draw(self, chance: np.random.Generator) -> tuple[Counts, Counts]:
        """One run; incidents that began before it count too."""
        mean = self.burst_blocks
        before = int(20 * mean) + 1
        incidents = chance.poisson(self.a_run * (self.blocks + before) / self.blocks)
        begins = chance.uniform(-before, self.blocks, incidents)
        if self.length == "exponential":
            lasts = chance.exponential(mean, incidents)
        else:
            lasts = chance.lognormal(log(mean) - 0.5, 1.0, incidents)
        covered = np.zeros(self.blocks)
        for begin, end in zip(begins.clip(min=0), (begins + lasts).clip(max=self.blocks), strict=True):
            if begin < end:
                first, last = int(begin), min(int(end), self.blocks - 1)
                covered[first:last] += 1.0
                covered[first] -= begin - first
                covered[last] += end - last
        ratio = covered.clip(0, 1) * self.share + self.near_ratio * self.background
        total = chance.poisson(self.rate, self.blocks)
        return total, chance.binomial(total, ratio.clip(max=1))

"""A rate that rises and falls for ever, as a day's does."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Annotated, Literal

from pydantic import ConfigDict

from evidence.errors import Problem
from loadtests.arrivals.rate_unit import Rated, rate_field
from loadtests.arrivals.sinusoid import Sinusoid
from loadtests.number_checks import above_zero, not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Sine(Rated):
    """mean + amplitude * sin(one turn * (t * speed + phase) / period)."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Literal["sine"]
    mean_rate: Annotated[float, rate_field("mean")]
    amplitude_rate: Annotated[float, rate_field("amplitude")]
    period_s: float
    phase_s: float = 0.0
    """Where in the period the load begins: at 0 it rises through its mean, at three quarters it is lowest."""
    speed: float = 1.0
    """How much faster than written the curve runs; the rates stay. 24: a day in an hour."""

    def problems(self, where: str) -> Iterator[Problem]:
        """What is wrong with it."""
        amplitude = f"{where}.{self.rate_name('amplitude')}"
        yield from above_zero(f"{where}.{self.rate_name('mean')}", self.mean_rate)
        yield from not_negative(amplitude, self.amplitude_rate)
        if self.amplitude_rate > self.mean_rate:
            yield Problem(
                amplitude, repr(self.amplitude_rate), "must be at most the mean: no rate is below 0"
            )
        yield from above_zero(f"{where}.period_s", self.period_s)
        if not isfinite(self.phase_s):
            yield Problem(f"{where}.phase_s", repr(self.phase_s), "must be a finite number")
        yield from above_zero(f"{where}.speed", self.speed)

    def curve(self, tenants: int | None) -> Sinusoid:
        """For a persona that acts for so many tenants."""
        return Sinusoid(
            mean_per_s=float(self.unit.per_s(self.mean_rate, tenants)),
            amplitude_per_s=float(self.unit.per_s(self.amplitude_rate, tenants)),
            period_s=self.period_s / self.speed,
            phase_s=self.phase_s % self.period_s / self.speed,
        )

"""A short rise above a rate that holds before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict

from evidence.errors import Problem
from loadtests.arrivals.curve import exact
from loadtests.arrivals.piecewise import Piece, PiecewiseLinear, piecewise_linear
from loadtests.arrivals.rate_unit import Rated, rate_field
from loadtests.number_checks import not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike(Rated):
    """It rises from `at_s` on, holds, falls; each of these may take no time."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Literal["spike"]
    base_rate: Annotated[float, rate_field("base")]
    peak_rate: Annotated[float, rate_field("peak")]
    at_s: float
    rise_s: float
    hold_s: float
    fall_s: float

    def problems(self, where: str) -> Iterator[Problem]:
        """What is wrong with it."""
        yield from not_negative(f"{where}.{self.rate_name('base')}", self.base_rate)
        yield from not_negative(f"{where}.{self.rate_name('peak')}", self.peak_rate)
        if self.peak_rate <= self.base_rate:
            yield Problem(f"{where}.{self.rate_name('peak')}", repr(self.peak_rate), "must be above the base")
        for name, value in (
            ("at_s", self.at_s),
            ("rise_s", self.rise_s),
            ("hold_s", self.hold_s),
            ("fall_s", self.fall_s),
        ):
            yield from not_negative(f"{where}.{name}", value)
        if self.rise_s == self.hold_s == self.fall_s == 0:
            yield Problem(f"{where}.hold_s", "0", "must be above 0 where rise_s and fall_s are 0")

    def curve(self, tenants: int | None) -> PiecewiseLinear:
        """For a persona that acts for so many tenants."""
        base, peak = (self.unit.per_s(rate, tenants) for rate in (self.base_rate, self.peak_rate))
        pieces = (
            Piece(exact(self.at_s), base, base),
            Piece(exact(self.rise_s), base, peak),
            Piece(exact(self.hold_s), peak, peak),
            Piece(exact(self.fall_s), peak, base),
        )
        return piecewise_linear(pieces, base)

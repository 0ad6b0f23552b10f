"""Many arrivals at once, again and again."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import ConfigDict

from evidence.errors import Problem
from loadtests.arrivals.curve import exact
from loadtests.arrivals.piecewise import Piece, piecewise_linear
from loadtests.arrivals.rate_unit import Rated, rate_field
from loadtests.arrivals.repeated import Repeated
from loadtests.number_checks import above_zero, not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Bursts(Rated):
    """`size` arrivals within `within_s`, at the start and every `every_s`, beside a rate that holds."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Literal["bursts"]
    every_s: float
    size: int
    """Of all tenants together."""
    within_s: float = 0.0
    """0: all at one instant."""
    base_rate: Annotated[float, rate_field("base")] = 0.0

    def problems(self, where: str) -> Iterator[Problem]:
        """What is wrong with it."""
        yield from above_zero(f"{where}.every_s", self.every_s)
        yield from above_zero(f"{where}.size", self.size)
        yield from not_negative(f"{where}.within_s", self.within_s)
        if self.within_s > self.every_s:
            yield Problem(f"{where}.within_s", repr(self.within_s), "must be at most every_s")
        yield from not_negative(f"{where}.{self.rate_name('base')}", self.base_rate)

    def curve(self, tenants: int | None) -> Repeated:
        """For a persona that acts for so many tenants."""
        base = self.unit.per_s(self.base_rate, tenants)
        within_s, every_s = exact(self.within_s), exact(self.every_s)
        spread_per_s = self.size / within_s if within_s else Fraction(0)
        pieces = (
            Piece(within_s, base + spread_per_s, base + spread_per_s),
            Piece(every_s - within_s, base, base, at_once=Fraction(0 if within_s else self.size)),
        )
        return Repeated(piecewise_linear(pieces, base), self.every_s)

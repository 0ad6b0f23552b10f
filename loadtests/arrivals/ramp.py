"""From one rate straight to another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict

from evidence.errors import Problem
from loadtests.arrivals.curve import exact
from loadtests.arrivals.piecewise import Piece, PiecewiseLinear, piecewise_linear
from loadtests.arrivals.rate_unit import Rated, rate_field
from loadtests.number_checks import above_zero, not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp(Rated):
    """Up or down; afterwards the last rate holds."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Literal["ramp"]
    from_rate: Annotated[float, rate_field("from")]
    to_rate: Annotated[float, rate_field("to")]
    over_s: float

    def problems(self, where: str) -> Iterator[Problem]:
        """What is wrong with it."""
        yield from not_negative(f"{where}.{self.rate_name('from')}", self.from_rate)
        yield from not_negative(f"{where}.{self.rate_name('to')}", self.to_rate)
        yield from above_zero(f"{where}.over_s", self.over_s)
        if self.from_rate == self.to_rate == 0:
            yield Problem(where, "0 to 0", "must have a rate above 0: nothing would be sent")

    def curve(self, tenants: int | None) -> PiecewiseLinear:
        """For a persona that acts for so many tenants."""
        from_per_s, to_per_s = (self.unit.per_s(rate, tenants) for rate in (self.from_rate, self.to_rate))
        return piecewise_linear((Piece(exact(self.over_s), from_per_s, to_per_s),), to_per_s)

"""One rate after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict

from evidence.errors import Problem
from loadtests.arrivals.curve import exact
from loadtests.arrivals.piecewise import Piece, PiecewiseLinear, piecewise_linear
from loadtests.arrivals.rate_unit import Rated, rate_field
from loadtests.number_checks import above_zero, not_negative

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Rated):
    """A rate that holds for a while."""

    __pydantic_config__ = _STRICT

    rate: Annotated[float, rate_field("rate")]
    for_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """In their order; afterwards the last rate holds."""

    __pydantic_config__ = _STRICT

    kind: Literal["steps"]
    steps: tuple[Step, ...]

    @property
    def is_per_tenant(self) -> bool:
        """Whether any rate follows from the number of tenants."""
        return any(step.is_per_tenant for step in self.steps)

    def problems(self, where: str) -> Iterator[Problem]:
        """What is wrong with it."""
        for position, step in enumerate(self.steps):
            place = f"{where}.steps[{position}]"
            yield from not_negative(f"{place}.{step.rate_name('rate')}", step.rate)
            yield from above_zero(f"{place}.for_s", step.for_s)
        if all(step.rate == 0 for step in self.steps):
            yield Problem(f"{where}.steps", "no rate above 0", "must have one: nothing would be sent")

    def curve(self, tenants: int | None) -> PiecewiseLinear:
        """For a persona that acts for so many tenants."""
        rates = [step.unit.per_s(step.rate, tenants) for step in self.steps]
        pieces = [Piece(exact(step.for_s), rate, rate) for step, rate in zip(self.steps, rates, strict=True)]
        return piecewise_linear(pieces, rates[-1])

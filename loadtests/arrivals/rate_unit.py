"""The two units that a rate may be given in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pydantic import AliasChoices, Field, model_validator
from pydantic.fields import FieldInfo

from loadtests.arrivals.curve import exact


class RateUnit(StrEnum):
    """How the name of a rate ends."""

    PER_S = "per_s"
    PER_TENANT_PER_MIN = "per_tenant_per_min"

    def per_s(self, rate: float, tenants: int | None) -> Fraction:
        """The rate of a persona that acts for so many tenants. Raises ValueError where it must say how many
        and does not: the scenario's checks forbid it.
        """
        if self is RateUnit.PER_S:
            return exact(rate)
        if tenants is None:
            raise ValueError("a rate per tenant needs a number of tenants")
        return exact(rate) * tenants / 60


def rate_field(name: str) -> FieldInfo:
    """A rate that a scenario may call `<name>_per_s` or `<name>_per_tenant_per_min`."""
    field: FieldInfo = Field(validation_alias=AliasChoices(*(f"{name}_{unit}" for unit in RateUnit)))
    return field


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """Something with rates, all of them in one unit."""

    unit: RateUnit = RateUnit.PER_S
    """Not written as such: the names of the rates say it."""

    @property
    def is_per_tenant(self) -> bool:
        """Whether the rates follow from the number of tenants."""
        return self.unit is RateUnit.PER_TENANT_PER_MIN

    def rate_name(self, name: str) -> str:
        """As it is written."""
        return f"{name}_{self.unit}"

    @model_validator(mode="before")
    @classmethod
    def _find_unit(cls, written: object) -> object:
        if not isinstance(written, Mapping):
            return written
        if "unit" in written:
            raise ValueError("a rate's name says its unit: leave unit out")
        units = {unit for unit in RateUnit if any(str(name).endswith(f"_{unit}") for name in written)}
        if len(units) > 1:
            raise ValueError(f"all rates must be {' or all '.join(RateUnit)}")
        return {**written, "unit": next(iter(units), RateUnit.PER_S)}

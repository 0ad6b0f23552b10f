"""A kind of client: what it does, and how often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ConfigDict

from evidence.errors import Problem
from loadtests.arrivals import ArrivalProcess, ArrivalStream, Flat
from loadtests.arrivals.curve import RateCurve
from loadtests.arrivals.profile import Profile
from loadtests.arrivals.rate_unit import RateUnit
from loadtests.arrivals.replay import Replay
from loadtests.number_checks import above_zero

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class OperationShare:
    """How much of a persona's rate goes to one operation."""

    __pydantic_config__ = _STRICT

    name: str
    weight: float
    """Relative to the weights of the persona's other operations."""
    tags: tuple[str, ...] = ()
    """For Locust's --tags and --exclude-tags, beside its own name and the persona's."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Of an operation of the service's own."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of client. It has one of `rate_per_s`, `rate_per_tenant_per_min` and `profile`."""

    __pydantic_config__ = _STRICT

    name: str
    operations: tuple[OperationShare, ...]
    rate_per_s: float | None = None
    rate_per_tenant_per_min: float | None = None
    profile: Profile | None = None
    arrivals: ArrivalProcess | None = None
    """None: Poisson, but for a replay, whose instants are those of its file."""
    tier: str | None = None
    """Of the tenants it acts for; None for a target without tenants."""
    tenants: int | None = None
    """How many of the tier it acts for; None for as many as its rate needs."""
    named_tenants: tuple[str, ...] = ()
    """Of a target whose tenants are not seeded: whom it acts for, as ${tenant.id} in templates."""
    at_most: int | None = None
    """It sends no more arrivals than these; None for all of its rate."""

    @property
    def stream(self) -> ArrivalStream:
        """When it sends. Raises ValueError for what its problems forbid."""
        if isinstance(self.profile, Replay):
            return ArrivalStream(self.name, ArrivalProcess.CONSTANT, self.curve, self.at_most)
        return ArrivalStream(self.name, self.arrivals or ArrivalProcess.POISSON, self.curve, self.at_most)

    @property
    def curve(self) -> RateCurve:
        """Its rate over time. Raises ValueError for what its problems forbid."""
        if self.profile is not None:
            return self.profile.curve(self.tenants)
        if self.rate_per_tenant_per_min is not None:
            return Flat(RateUnit.PER_TENANT_PER_MIN.per_s(self.rate_per_tenant_per_min, self.tenants))
        if self.rate_per_s is not None:
            return Flat(self.rate_per_s)
        raise ValueError(f"{self.name} has no rate")

    def problems(self, where: str) -> Iterator[Problem]:
        """What is wrong with its rate and its tenants."""
        given = {
            "rate_per_s": self.rate_per_s,
            "rate_per_tenant_per_min": self.rate_per_tenant_per_min,
            "profile": self.profile,
        }
        named = [name for name, value in given.items() if value is not None]
        if len(named) != 1:
            yield Problem(where, " and ".join(named) or "no rate", f"must have one of {', '.join(given)}")
        if self.rate_per_s is not None:
            yield from above_zero(f"{where}.rate_per_s", self.rate_per_s)
        if self.rate_per_tenant_per_min is not None:
            yield from above_zero(f"{where}.rate_per_tenant_per_min", self.rate_per_tenant_per_min)
        if self.profile is not None:
            yield from self.profile.problems(f"{where}.profile")
        if isinstance(self.profile, Replay) and self.arrivals is not None:
            yield Problem(f"{where}.arrivals", self.arrivals, "must be left out: the file has the instants")
        yield from self._problems_of_tenants(where)

    def _problems_of_tenants(self, where: str) -> Iterator[Problem]:
        if self.tenants is not None:
            yield from above_zero(f"{where}.tenants", self.tenants)
            if self.tier is None:
                yield Problem(f"{where}.tier", "missing", "tenants are counted of a tier: name it")
            return
        if self.rate_per_tenant_per_min is not None or (self.profile and self.profile.is_per_tenant):
            yield Problem(f"{where}.tenants", "missing", "a rate per tenant needs the number of tenants")

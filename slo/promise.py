"""What is promised, whatever file it is written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from slo.budget.policy import PolicyStep
from slo.windows import CalendarStart


class Counted(StrEnum):
    """What an indicator counts."""

    REQUESTS = "requests"
    """Those that count for availability."""
    ANSWERS = "answers"
    """Of these the answered ones, full or degraded, that are not empty."""
    WRITES = "writes"
    """Documents of acknowledged writes, the newest write of each: one that another replaced cannot be looked
    for."""


class Indicator(StrEnum):
    """What makes one of those good."""

    AVAILABILITY = "availability"
    """A request was answered, and not with an empty fallback."""
    LATENCY = "latency"
    """That, and within the threshold, from the intended instant."""
    QUALITY = "quality"
    """An answer is full: not degraded, not stale, nothing missing from it."""
    STALENESS = "staleness"
    """An answer is not older than the threshold; a live one has no age."""
    DURABILITY = "durability"
    """A write was found by a later check, in its version or a newer one; a deletion stayed one."""
    FRESHNESS = "freshness"
    """A search found a write within the threshold from its acknowledgement; deletions do not count."""

    @property
    def counted(self) -> Counted:
        """What it is a share of."""
        return _COUNTED[self]

    @property
    def has_threshold(self) -> bool:
        """Whether a time decides."""
        return self in _TIMED


_COUNTED = {
    Indicator.AVAILABILITY: Counted.REQUESTS,
    Indicator.LATENCY: Counted.REQUESTS,
    Indicator.QUALITY: Counted.ANSWERS,
    Indicator.STALENESS: Counted.ANSWERS,
    Indicator.DURABILITY: Counted.WRITES,
    Indicator.FRESHNESS: Counted.WRITES,
}
_TIMED = frozenset({Indicator.LATENCY, Indicator.STALENESS, Indicator.FRESHNESS})


class Budgeting(StrEnum):
    """What is counted against the budget."""

    OCCURRENCES = "Occurrences"
    """Requests."""
    TIMESLICES = "Timeslices"
    """Slices of time in which the ratio of good requests was below the slice's own target."""
    RATIO_TIMESLICES = "RatioTimeslices"
    """The ratios of slices of time, each slice counting the same however many requests it has."""


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices of time of an objective that is not budgeted by occurrences."""

    length_s: float
    target: float | None
    """Of Timeslices: the ratio from which on a slice is good."""


@dataclass(frozen=True, slots=True)
class BurnAlert:
    """An alert of an AlertPolicy: told when the burn rate over the window passes the threshold for so
    long."""

    name: str
    severity: str
    op: str
    """lte, gte, lt or gt."""
    threshold: float
    lookback_s: float
    alert_after_s: float
    notify: tuple[str, ...] = ()
    """Names of AlertNotificationTargets, with what they are."""


@dataclass(frozen=True, slots=True)
class Queries:
    """What a metric source of type Prometheus asks: counters of requests."""

    total: str
    good: str | None = None
    bad: str | None = None
    """One of good and bad."""


@dataclass(frozen=True, slots=True)
class Objective:
    """A promise: the share `target` of what its indicator counts, or of slices of time, is good."""

    name: str
    service: str
    indicator: Indicator
    target: float
    """A ratio, 0 < target < 1."""
    threshold_ms: float | None = None
    """Of latency, staleness and freshness."""
    tier: str | None = None
    """None for all requests."""
    operation: str | None = None
    """None for all requests."""
    tenant: str | None = None
    """None for all requests."""
    named_target: str | None = None
    """Of a scenario that has several, a canary say; None for all requests."""
    labels: Mapping[str, str] = MappingProxyType({})
    """tier, operation, tenant and target, and what the file says."""
    window: str | None = None
    """Over how long it is promised, as OpenSLO writes it: 1M, 28d."""
    description: str = ""
    source: str = ""
    """Where the figure is from."""
    calendar: CalendarStart | None = None
    """None where the window rolls."""
    budgeting: Budgeting = Budgeting.OCCURRENCES
    slices: Slices | None = None
    """None for occurrences."""
    below_threshold: bool = False
    """The threshold itself is too slow (OpenSLO's lt; lte where it is not)."""
    policy: tuple[PolicyStep, ...] = ()
    """What happens as the budget is spent."""
    alerts: tuple[BurnAlert, ...] = ()
    composite: str | None = None
    """The SLO that this is one of several objectives of."""
    weight: float = 1.0
    """Among those."""
    queries: Queries | None = None
    """What tells the same of a Prometheus; None where nothing does, or the service's own metrics do."""

    @property
    def exact_target(self) -> Fraction:
        """The target as it is written: no bit of 0.9995 is lost to binary."""
        return Fraction(Decimal(repr(self.target)))

    @property
    def threshold_ns(self) -> int | None:
        """The most whole nanoseconds that are in time."""
        if self.threshold_ms is None:
            return None
        return round(Decimal(repr(self.threshold_ms)) * 1_000_000) - self.below_threshold

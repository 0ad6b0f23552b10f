"""What the evidence shows of one operation in one situation: plain numbers that promises are judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from slo.inference.dispersion import Dispersion


@dataclass(frozen=True, slots=True)
class Recovered:
    """How one operation came back after one fault."""

    recover_s: float | None
    """From the end of the fault; None where it was not back as long as was seen."""
    observed_s: float
    """How long after the end of the fault nothing else was broken and load went on."""
    full: int
    """Requests that ended ok, since it came back (since the end of the fault where it did not)."""
    requests: int


@dataclass(frozen=True, slots=True)
class Observed:
    """One operation in one situation.

    `requests` and what follows from it are those intended while the faults counted. What may happen at all
    is asked of those that also ended by then (`ended` and the maps): others met the healing.
    """

    requests: int = 0
    good: int = 0
    timed: int = 0
    """Those whose latency is known."""
    within: int = 0
    """Those of `timed` within the p99 that is promised."""
    latency_p99_ms: float | None = None
    bad_spread: Dispersion | None = None
    """How much those of `requests` that are not good come in bursts; None where nothing says that they do."""
    late_spread: Dispersion | None = None
    """The same of those of `timed` that are not within."""
    rate_per_s: float | None = None
    """None where there are too few to tell."""
    ended: int = 0
    statuses: Mapping[int, int] = field(default_factory=dict)
    """Of those that were answered."""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    served_from: Mapping[str, int] = field(default_factory=dict)
    """Of those that say so."""
    kept: int = 0
    """Answers from cache or stale."""
    aged: int = 0
    """Those of `kept` that say how old they are."""
    oldest_s: float | None = None
    durability: Mapping[str, int] = field(default_factory=dict)
    """Of documents in acknowledged writes; `unsaid` where the answer did not say."""
    recoveries: tuple[Recovered, ...] = ()

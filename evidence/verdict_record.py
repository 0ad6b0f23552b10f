"""The answer to a run: `verdict.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict

_STRICT = ConfigDict(extra="forbid")


class Verdict(StrEnum):
    """What a run or an objective says."""

    MET = "MET"
    MISSED = "MISSED"
    NOT_PROVEN = "NOT PROVEN"
    INVALID = "INVALID"

    @property
    def exit_code(self) -> int:
        """What a command that ends with this verdict exits with."""
        return _EXIT_CODES[self]


_EXIT_CODES = {Verdict.MET: 0, Verdict.MISSED: 1, Verdict.NOT_PROVEN: 3, Verdict.INVALID: 4}


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true ratio lies."""

    __pydantic_config__ = _STRICT

    low: float
    high: float
    level: float
    """Of each one-sided bound: 0.95 for alpha = 0.05."""
    method: str


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """One objective over one phase, or over the whole run."""

    __pydantic_config__ = _STRICT

    name: str
    service: str
    indicator: str
    """availability, latency, quality, staleness, durability, freshness."""
    labels: Mapping[str, str]
    """tier, operation, tenant…"""
    phase: str | None
    """None for the whole run."""
    demanded: bool
    """The plan's verdict rests on it."""
    target: float
    """The ratio of good events that is promised."""
    threshold_ms: float | None
    """Of latency, staleness and freshness."""
    good: int
    total: int
    ratio: float | None
    """None when there was no event, or where of some nobody can tell whether they are good."""
    budget: float
    """Bad events allowed: (1 - target) * total."""
    consumed: float | None
    """Share of the budget that is spent: bad / budget; None when there was no event."""
    interval: Interval | None
    verdict: Verdict
    reason: str
    needs: str | None
    """What would prove it, when it is not proven."""
    unknown: int = 0
    """Of `total`, those of which nobody can tell whether they are good: answers without a known latency,
    writes that nothing looked for."""
    budget_policy: str | None = None
    """What the error-budget policy asks for at this share of the budget spent; None where it asks for
    nothing."""

    @property
    def bad(self) -> int:
        """Events that broke the promise."""
        return self.total - self.good - self.unknown


@dataclass(frozen=True, slots=True)
class ValidityCheck:
    """One condition under which the run is evidence at all."""

    __pydantic_config__ = _STRICT

    name: str
    observed: float | None
    """None when it could not be told."""
    limit: float | None
    """The most, or the least, that is allowed; None where a number does not say it."""
    held: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Validity:
    """Whether the run is evidence."""

    __pydantic_config__ = _STRICT

    valid: bool
    checks: tuple[ValidityCheck, ...]


class CellVerdict(StrEnum):
    """What the evidence says of one cell of the degradation contract."""

    PROVED = "PROVED"
    VIOLATED = "VIOLATED"
    NOT_EXERCISED = "NOT EXERCISED"


@dataclass(frozen=True, slots=True)
class ContractCell:
    """One promise of one operation under one fault, against what the evidence shows."""

    __pydantic_config__ = _STRICT

    fault: str
    """The contract's name of what is broken."""
    operation: str
    promise: str
    """In words."""
    observed: str
    """In words."""
    requests: int
    """That the verdict rests on."""
    verdict: CellVerdict
    kind: str = ""
    """What is promised: statuses, outcomes, served_from, staleness_s, durability, availability, p99_ms,
    recovery_s."""
    demanded: bool = False
    """The verdict rests on it."""
    needs: str | None = None
    """What would exercise it, where it is not exercised."""
    source: str = ""
    """Who names the fault: a requirement's section."""


@dataclass(frozen=True, slots=True)
class ContractCoverage:
    """How many cells of those that one source names were exercised: PROVED or VIOLATED."""

    __pydantic_config__ = _STRICT

    source: str
    cells: int
    exercised: int
    proved: int
    violated: int
    share: float


class RecoveryState(StrEnum):
    """What became of an objective under a fault."""

    INSIDE = "inside"
    """Users were never outside it, as far as can be told."""
    RECOVERED = "recovered"
    NOT_BACK = "not back"
    """As long as was seen."""


@dataclass(frozen=True, slots=True)
class FaultRecovery:
    """How the users of one objective came through one fault, from change points of its good requests."""

    __pydantic_config__ = _STRICT

    objective: str
    state: RecoveryState
    before_ratio: float | None
    """Good requests in the stretch before the fault, a minute at most; None without requests."""
    detect_s: float | None
    """From injecting until users were outside the objective; None where they never were."""
    peak_s: float | None
    """From injecting until it was worst."""
    depth: float | None
    """How far the ratio fell below what was before, at worst."""
    area_s: float
    """What was lost, in seconds of a total outage."""
    recover_s: float | None
    """From the end of the fault until back inside, and staying; 0 where they were back before it ended."""
    observed_s: float
    """How long after the end of the fault nothing else was broken and load went on."""
    resolution_s: float
    """The length of the buckets that the change points lie between."""
    requests: int
    """From injecting on."""


@dataclass(frozen=True, slots=True)
class FaultEffect:
    """What one occurrence of a fault did to users, counted from verified to healing."""

    __pydantic_config__ = _STRICT

    fault: str
    id: str
    experiment: str | None
    target: str | None
    felt: bool
    healed: bool
    verified_ns: int | None
    healing_ns: int | None
    requests: int
    outcomes: Mapping[str, int]
    served_from: Mapping[str, int]
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    latency_p99_ms: float | None
    recovery: tuple[FaultRecovery, ...] = ()
    """One for each objective; faults that were there at once share theirs."""


class CauseKind(StrEnum):
    """Who pays for a bad request."""

    FAULT = "fault"
    OVERLAP = "overlap"
    """Several causes at once."""
    MAINTENANCE = "maintenance"
    BACKGROUND = "background"
    """Nothing was broken."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Bad requests of one objective charged to one cause."""

    __pydantic_config__ = _STRICT

    objective: str
    labels: Mapping[str, str]
    cause: str
    """The name of a fault, `maintenance`, several joined by ` + `, or `background`."""
    bad: int
    share_of_budget: float | None
    kind: CauseKind | None = None
    """None in records of schema 1 and 2."""


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """The content of `verdict.json`."""

    __pydantic_config__ = _STRICT

    verdict: Verdict
    reasons: tuple[str, ...]
    """Plain words, the most important first."""
    validity: Validity
    objectives: tuple[ObjectiveResult, ...]
    contract: tuple[ContractCell, ...] = ()
    faults: tuple[FaultEffect, ...] = ()
    budget_ledger: tuple[LedgerEntry, ...] = ()
    contract_coverage: tuple[ContractCoverage, ...] = ()
    schema: Literal[1, 2, 3] = 3
    """2 lacks recovery, kinds of causes and all of the contract but its cells; 1 unknown latencies, too."""

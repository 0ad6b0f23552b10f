"""What a comparison of runs comes to: `comparison.json`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict

_STRICT = ConfigDict(extra="forbid")


class ChangeVerdict(StrEnum):
    """What became of a figure, or of all of them."""

    REGRESSED = "REGRESSED"
    """Worse by more than the least effect that matters, beyond noise."""
    IMPROVED = "IMPROVED"
    """Better by more than it, beyond noise."""
    NO_CHANGE = "NO CHANGE"
    """Whatever changed is less than it, beyond noise."""
    NOT_PROVEN = "NOT PROVEN"
    """The evidence cannot tell."""
    INVALID = "INVALID"
    """A run is no evidence, or the runs cannot be compared."""

    @property
    def exit_code(self) -> int:
        """What a command that ends with this verdict exits with: as of the verdict of a run."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    ChangeVerdict.IMPROVED: 0,
    ChangeVerdict.NO_CHANGE: 0,
    ChangeVerdict.REGRESSED: 1,
    ChangeVerdict.NOT_PROVEN: 3,
    ChangeVerdict.INVALID: 4,
}


class Side(StrEnum):
    """Which runs are compared with which."""

    BEFORE = "before"
    AFTER = "after"


class Figure(StrEnum):
    """What is compared."""

    AVAILABILITY = "availability"
    """Share of bad requests: a difference, higher is worse."""
    LATENCY = "latency"
    """A percentile from the intended instant: relative, higher is worse."""
    THROUGHPUT = "throughput"
    """Answers a second: relative, lower is worse."""
    RECOVERY = "recovery"
    """Seconds from the end of a fault until users were back: a difference, higher is worse."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which requests; all None for those of the whole run."""

    __pydantic_config__ = _STRICT

    tier: str | None = None
    operation: str | None = None
    phase: str | None = None
    fault: str | None = None
    """Requests intended while it counted, from verified to healing; by the name of its experiment."""
    objective: str | None = None
    """Whose users recovered."""


@dataclass(frozen=True, slots=True)
class LeastEffects:
    """The least effects that matter."""

    __pydantic_config__ = _STRICT

    latency: float = 0.05
    """Relative: 0.05 is 5%."""
    throughput: float = 0.05
    """Relative."""
    availability: float = 0.001
    """Of the share of bad requests: 0.001 is 0.1 percentage points."""
    recovery_s: float = 5.0


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One of the runs."""

    __pydantic_config__ = _STRICT

    id: str
    side: Side
    plan: str
    target: str
    started_ns: int
    requests: int
    """That count."""
    verdict: str | None
    """None where the run was not judged."""
    not_evidence: tuple[str, ...] = ()
    """Why the run is no evidence; none where it is."""


@dataclass(frozen=True, slots=True)
class RunDifference:
    """Something that differs between the runs beside what they measured."""

    __pydantic_config__ = _STRICT

    name: str
    values: tuple[str, ...]
    """One for each run, in their order."""
    bars: bool
    """Runs that differ in it cannot be compared."""
    accepted: bool = False
    """It was said that this difference is meant."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of one scope, before and after."""

    __pydantic_config__ = _STRICT

    figure: Figure
    quantile: float | None
    """Of a latency."""
    scope: Scope
    before: tuple[float | None, ...]
    """One value a run: milliseconds, shares of bad requests, answers a second, seconds; None where the
    evidence supports none."""
    after: tuple[float | None, ...]
    requests: tuple[int, ...]
    """One count a run."""
    effect: float | None
    """After against before: relative for latency and throughput, else the difference; None where it cannot
    be told."""
    low: float | None
    """One-sided bounds of the effect, each wrong with 5%; None where there is none."""
    high: float | None
    p_value: float | None
    """Of the hypothesis that the effect is not beyond the least that matters; None above 5%."""
    verdict: ChangeVerdict
    decides: bool
    """Where it is not proven, the comparison is not proven. A regression always decides."""
    reason: str
    needs: str | None = None
    """What would prove it, where it is not proven."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of the degradation contract, before and after."""

    __pydantic_config__ = _STRICT

    fault: str
    operation: str
    kind: str
    promise: str
    before: tuple[str, ...]
    """Verdicts, one a run."""
    after: tuple[str, ...]
    observed_before: str
    observed_after: str
    verdict: ChangeVerdict
    decides: bool


@dataclass(frozen=True, slots=True)
class ComparisonRecord:
    """The content of `comparison.json`."""

    __pydantic_config__ = _STRICT

    verdict: ChangeVerdict
    reasons: tuple[str, ...]
    """Plain words, the most important first."""
    runs: tuple[ComparedRun, ...]
    least: LeastEffects
    differences: tuple[RunDifference, ...]
    changes: tuple[Change, ...]
    cells: tuple[CellChange, ...]
    method: tuple[str, ...]
    """How it was tested, in words."""
    gaps: tuple[str, ...] = ()
    """What could not be compared, and why."""
    latency_spread: float = 0.0
    """By how much latency was taken to differ from run to run: its relative standard deviation."""
    schema: Literal[2] = 2

    @property
    def before(self) -> tuple[ComparedRun, ...]:
        """The runs that the others are compared with."""
        return tuple(run for run in self.runs if run.side is Side.BEFORE)

    @property
    def after(self) -> tuple[ComparedRun, ...]:
        """The runs in question."""
        return tuple(run for run in self.runs if run.side is Side.AFTER)

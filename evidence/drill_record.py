"""What a drill came to: `drill.json`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict

_STRICT = ConfigDict(extra="forbid")


class DrillOutcome(StrEnum):
    """How a drill ended."""

    RECOVERED = "recovered"
    """Its function came back, by the drill's own check and by the load."""
    NOT_RECOVERED = "not recovered"
    """It did not, or a step failed: `reason` says what."""
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class RecoveryObjective:
    """What is demanded."""

    __pydantic_config__ = _STRICT

    rto_s: float
    """Recovery time: from the failure until all works again, in seconds."""
    rpo_s: float
    """Recovery point: how far from the failure what is lost may have been acknowledged, in seconds."""
    source: str
    """Where the figures are from."""


@dataclass(frozen=True, slots=True)
class DrillStep:
    """A stretch of a drill."""

    __pydantic_config__ = _STRICT

    name: str
    started_ns: int
    ended_ns: int


@dataclass(frozen=True, slots=True)
class OperationOutage:
    """How one operation fared under load from the failure on."""

    __pydantic_config__ = _STRICT

    operation: str
    requests: int
    unanswered: int
    """Timeouts, lost connections, 5xx, wrong answers, 429."""
    degraded: int
    """Answered, and not in full: stale, partial, or acknowledged by a local journal only."""
    longest_unanswered_s: float
    """The longest stretch in which every request went unanswered."""
    restored_ns: int | None
    """From then on it was answered in full for a while; None: not before the load ended."""


@dataclass(frozen=True, slots=True)
class LostWrite:
    """Something that was acknowledged, and is not there."""

    __pydantic_config__ = _STRICT

    store: str
    """Where it is missing: service (what a client gets), elasticsearch, postgres, redis-state."""
    tenant: str
    document_id: str
    """Of a document; of a key where the store is Redis."""
    version: int
    operation: str
    acknowledged_ns: int
    found_version: int | None
    """An older version that is there in its place."""


@dataclass(frozen=True, slots=True)
class DrillRecord:
    """The content of `drill.json`."""

    __pydantic_config__ = _STRICT

    drill: str
    title: str
    profile: str
    """Of the stack."""
    objective: RecoveryObjective
    outcome: DrillOutcome
    reason: str
    """Why it did not recover; empty when it did."""
    failed_ns: int | None
    """The failure's instant; None where it never came to that."""
    restored_ns: int | None
    """When all worked again; None where it did not."""
    rto_s: float | None
    rpo_s: float | None
    """0 when nothing is lost; None where it could not be told."""
    acknowledged: int
    """Documents whose writes were acknowledged during the drill."""
    lost: tuple[LostWrite, ...]
    outages: tuple[OperationOutage, ...]
    steps: tuple[DrillStep, ...]
    before: int = 0
    """Requests before the failure."""
    before_in_full: int = 0
    """Those of them that were answered in full. Where they are not nearly all, the machine was too busy, and
    what the load tells of the recovery is an upper bound.
    """
    time_scale: float = 1.0
    """So many times faster than in production were those steps that only wait."""
    notes: tuple[str, ...] = ()
    schema: Literal[1] = 1

    @property
    def met(self) -> bool:
        """It recovered within both objectives."""
        return (
            self.outcome is DrillOutcome.RECOVERED
            and self.rto_s is not None
            and self.rto_s <= self.objective.rto_s
            and self.rpo_s is not None
            and self.rpo_s <= self.objective.rpo_s
        )

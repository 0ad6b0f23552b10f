"""How a run was made: `run.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class ScheduledArrivals:
    """How many arrivals one worker's schedule called for: sequences 0 to arrivals - 1."""

    __pydantic_config__ = _STRICT

    worker: str
    arrivals: int


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The limits that the target declares: what it may answer with 429 and still keep its word."""

    __pydantic_config__ = _STRICT

    window_s: float
    burst: int
    """Belongs to every limit: a window admits limit + burst."""
    tiers: Mapping[str, Mapping[str, int]]
    """Tier, then operation, then requests per window and tenant."""


@dataclass(frozen=True, slots=True)
class ProcessExit:
    """How a process of the run ended."""

    __pydantic_config__ = _STRICT

    name: str
    exit_code: int | None
    """None while it runs, or where nobody saw it end; negative for a signal."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a worker's clock showed beside its master's."""

    __pydantic_config__ = _STRICT

    at_ns: int
    """When, by the master's clock."""
    offset_ns: int
    """What is to be added to the worker's clock to get the master's."""
    residual_ns: int
    """The offset is true to within this: half the least round trip."""


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A worker that a master gave a share of the load."""

    __pydantic_config__ = _STRICT

    worker: str
    """As its records call it: worker-0…"""
    node: str
    """As Locust calls it: its host and an id."""
    clock_at_start: ClockReading
    """Of its own clock; its records are in the master's time from then on."""
    clock_at_end: ClockReading | None = None
    """Of the clock that its records are in: the offset is its drift. None for a worker that was lost."""
    lost: str | None = None
    """Why it did not end its share; None for one that did."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the run was made."""

    __pydantic_config__ = _STRICT

    system: str
    cores: int
    memory_mb: int
    python: str


@dataclass(frozen=True, slots=True)
class ImportedFrom:
    """The results of another tool that a run's requests were read from."""

    __pydantic_config__ = _STRICT

    format: str
    """As `stormproof import --from` names it."""
    files: tuple[str, ...]
    requests: int
    latency: str
    """What its latency counts from."""
    lines_used: int | None = None
    """Lines, samples or messages that the requests were read from; None where nobody counted them."""
    lines_skipped: int = 0
    """Those that could not be read and were left out, as asked: what they said is not known."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The content of `run.json`. Written at the start, completed at the end."""

    __pydantic_config__ = _STRICT

    id: str
    plan: str
    scenario: str
    target: str
    """The URL under load."""
    started_ns: int
    load_start_ns: int | None
    """The instant that the schedule's zero stands for."""
    ended_ns: int | None
    """None for a run that was killed."""
    seeds: Mapping[str, int]
    versions: Mapping[str, str]
    machine: Machine | None
    """None where nobody recorded it: an import."""
    service_settings: Mapping[str, str]
    """Those that differ from the service's defaults."""
    scheduled: tuple[ScheduledArrivals, ...]
    rate_limits: RateLimits | None
    phases: tuple[str, ...] = ()
    """Those that the plan calls for, in order; none for a run without a plan."""
    experiments: tuple[str, ...] = ()
    """Those that the plan calls for, by the names that their faults carry in the timeline."""
    exits: tuple[ProcessExit, ...] = ()
    interrupted: bool = False
    aborted: str | None = None
    """Why the plan's own condition ended the run before its end; None where none did."""
    command: tuple[str, ...] = ()
    """How to make such a run again."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how it went."""
    workers: tuple[WorkerRecord, ...] = ()
    """Those of a master; none for a run without one."""
    joined_late: tuple[str, ...] = ()
    """Nodes, as Locust calls them, that joined that master when the shares were given already."""
    imported: ImportedFrom | None = None
    """None for a run whose load was ours: of an import neither schedule nor generator is known."""
    schema: Literal[1, 2, 3, 4] = 4
    """3 knows no skipped lines of an import, 2 no aborted runs, 1 neither imports nor a master's workers."""

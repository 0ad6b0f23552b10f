"""The history of a run: phases and faults, one event a line in `timeline.jsonl`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pydantic import ConfigDict, JsonValue

from evidence.jsonl import append_line, read_lines


class TimelineKind(StrEnum):
    """What an event is about."""

    PHASE = "phase"
    FAULT = "fault"
    NOTE = "note"


class TimelineEventName(StrEnum):
    """What happened: started and ended for phases and notes, the rest for faults."""

    STARTED = "started"
    ENDED = "ended"
    INJECTING = "injecting"
    INJECTED = "injected"
    VERIFIED = "verified"
    """The fault was felt: a probe through the dependency's own path saw it."""
    HEALING = "healing"
    HEALED = "healed"
    HEAL_VERIFIED = "heal_verified"
    FAILED = "failed"
    """The step after the last recorded one did not succeed; detail says which and why."""


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event of a run's history."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    at_ns: int
    kind: TimelineKind
    name: str
    """Of the phase or the fault."""
    event: TimelineEventName
    writer: str
    """Who wrote it: `stormproof`, `chaos`, a generator's worker."""
    id: str | None = None
    """Tells one occurrence of a fault from the next."""
    experiment: str | None = None
    target: str | None = None
    """What was broken: the name of a proxy or a process."""
    detail: Mapping[str, JsonValue] = field(default_factory=dict)


def append_event(path: Path, event: TimelineEvent) -> None:
    """Append one event, durably. Raises OSError."""
    append_line(path, event, TimelineEvent)


def read_timeline(path: Path) -> tuple[TimelineEvent, ...]:
    """All events in the order of their instants; none when there is no file. Raises InvalidFile."""
    return tuple(sorted(read_lines(path, TimelineEvent), key=lambda event: event.at_ns))


@dataclass(frozen=True, slots=True)
class PhaseWindow:
    """A named stretch of a run: start_ns <= instant < end_ns."""

    name: str
    start_ns: int
    end_ns: int | None
    """None for a phase that nobody ended: the run was killed in it."""


@dataclass(frozen=True, slots=True)
class FaultWindow:
    """One occurrence of a fault: when each of its steps was done, None for a step that never was."""

    name: str
    id: str
    experiment: str | None
    target: str | None
    injecting_ns: int | None = None
    injected_ns: int | None = None
    verified_ns: int | None = None
    healing_ns: int | None = None
    healed_ns: int | None = None
    heal_verified_ns: int | None = None
    failures: tuple[str, ...] = ()

    @property
    def felt(self) -> bool:
        """A probe saw the fault."""
        return self.verified_ns is not None

    @property
    def healed(self) -> bool:
        """A probe saw that the fault was gone."""
        return self.heal_verified_ns is not None


def phase_windows(events: tuple[TimelineEvent, ...]) -> tuple[PhaseWindow, ...]:
    """The phases of a run, in the order of their starts."""
    windows: list[PhaseWindow] = []
    for event in events:
        if event.kind is not TimelineKind.PHASE:
            continue
        if event.event is TimelineEventName.STARTED:
            windows.append(PhaseWindow(event.name, event.at_ns, None))
        elif event.event is TimelineEventName.ENDED:
            for index, window in enumerate(windows):
                if window.name == event.name and window.end_ns is None:
                    windows[index] = PhaseWindow(window.name, window.start_ns, event.at_ns)
                    break
    return tuple(windows)


def fault_windows(events: tuple[TimelineEvent, ...]) -> tuple[FaultWindow, ...]:
    """The occurrences of faults, in the order of their first events."""
    steps: dict[tuple[str, str], dict[TimelineEventName, int]] = {}
    failures: dict[tuple[str, str], list[str]] = {}
    origins: dict[tuple[str, str], TimelineEvent] = {}
    for event in events:
        if event.kind is not TimelineKind.FAULT:
            continue
        key = (event.id or event.name, event.target or "")
        origins.setdefault(key, event)
        if event.event is TimelineEventName.FAILED:
            failures.setdefault(key, []).append(str(event.detail.get("reason", "no reason given")))
        else:
            steps.setdefault(key, {}).setdefault(event.event, event.at_ns)
    return tuple(
        _window(origin, steps.get(key, {}), tuple(failures.get(key, ()))) for key, origin in origins.items()
    )


def _window(
    origin: TimelineEvent, steps: Mapping[TimelineEventName, int], failures: tuple[str, ...]
) -> FaultWindow:
    return FaultWindow(
        name=origin.name,
        id=origin.id or origin.name,
        experiment=origin.experiment,
        target=origin.target,
        injecting_ns=steps.get(TimelineEventName.INJECTING),
        injected_ns=steps.get(TimelineEventName.INJECTED),
        verified_ns=steps.get(TimelineEventName.VERIFIED),
        healing_ns=steps.get(TimelineEventName.HEALING),
        healed_ns=steps.get(TimelineEventName.HEALED),
        heal_verified_ns=steps.get(TimelineEventName.HEAL_VERIFIED),
        failures=failures,
    )

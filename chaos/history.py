"""Telling the timeline what happens to a fault."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from chaos.probes.line import Observation
from evidence.clock import Clock
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, append_event


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One fault on one target, once."""

    id: str
    fault: str
    experiment: str
    target: str | None
    """None where it never came to one."""


def occurrence_id(experiment: str, target: str, at_ns: int) -> str:
    """Of a fault that is made just now."""
    return f"{experiment}.{target}.{at_ns}"


def is_occurrence(name: str) -> bool:
    """Whether something is called as a fault is, or as its part in one direction: whoever made it."""
    return re.search(r"\.\d{19}(\.(up|down)stream)?$", name) is not None


@dataclass(frozen=True, slots=True)
class History:
    """A run's timeline, as one writer continues it."""

    file: Path
    writer: str
    clock: Clock

    def tell(
        self,
        occurrence: Occurrence,
        event: TimelineEventName,
        detail: Mapping[str, JsonValue] | None = None,
        at_ns: int | None = None,
    ) -> None:
        """Append what happened to an occurrence, at an instant of the history's clock; None: just now.

        Raises OSError.
        """
        self._append(TimelineKind.FAULT, occurrence, event, detail, at_ns)

    def note(self, occurrence: Occurrence, detail: Mapping[str, JsonValue]) -> None:
        """Append what became known about an occurrence without changing its state. Raises OSError."""
        self._append(TimelineKind.NOTE, occurrence, TimelineEventName.ENDED, detail)

    def failed(self, occurrence: Occurrence, step: str, reason: str) -> None:
        """Append that a step did not succeed. Raises OSError."""
        self.tell(occurrence, TimelineEventName.FAILED, {"step": step, "reason": reason})

    def _append(
        self,
        kind: TimelineKind,
        occurrence: Occurrence,
        event: TimelineEventName,
        detail: Mapping[str, JsonValue] | None,
        at_ns: int | None = None,
    ) -> None:
        append_event(
            self.file,
            TimelineEvent(
                at_ns=self.clock.now_ns() if at_ns is None else at_ns,
                kind=kind,
                name=occurrence.fault,
                event=event,
                writer=self.writer,
                id=occurrence.id,
                experiment=occurrence.experiment,
                target=occurrence.target,
                detail=detail or {},
            ),
        )


def observations(seen: Sequence[Observation]) -> dict[str, JsonValue]:
    """What probes saw, as detail of an event."""
    detail: dict[str, JsonValue] = {}
    for one in seen:
        shown: dict[str, JsonValue] = {
            "outcome": "reset" if one.reset else str(one.outcome),
            "after_ms": round(one.after_ms, 3),
            "sent_bytes": one.sent_bytes,
            "received_bytes": one.received_bytes,
        }
        detail[str(one.age)] = shown | {"text": one.text} if one.text else shown
    return detail

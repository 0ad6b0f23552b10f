"""Healing one fault: undone, read back, answered again, told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import JsonValue

from chaos.errors import ChaosError, GoneError
from chaos.history import History
from chaos.timing import Timing
from chaos.undo_plan import UndoPlan, read_plan, target_of
from evidence.timeline import TimelineEventName
from evidence.undo_record import UndoRecord, UndoState, append_undo


class HealState(StrEnum):
    """How a healing ended."""

    HEALED = "healed"
    """Undone, and the target is seen to be sound again."""
    GONE = "gone"
    """What was broken is no more, as a Toxiproxy that ended, and took the fault with it."""
    FAILED = "failed"
    """Still broken, or not known to be sound: it stays in `undo.jsonl`."""


@dataclass(frozen=True, slots=True)
class Healing:
    """What became of one fault that was left broken."""

    id: str
    fault: str
    target: str
    state: HealState
    detail: str
    """What was seen, and what to do next where something is left to do."""
    evidence_lost: str | None = None
    """Why the timeline could not be continued; None when it could, or there is none."""


@dataclass(frozen=True, slots=True)
class Healer:
    """Heals what `undo_file` names, and continues the timelines that it names as `writer`."""

    undo_file: Path
    writer: str
    timing: Timing

    def heal(self, record: UndoRecord) -> Healing:
        """Heal one fault; safe to repeat. Every failure is told in the result, none is raised."""
        try:
            plan = read_plan(record)
        except ChaosError as error:
            detail = f"{error} Clear it with: stormproof up"
            return Healing(record.id, record.fault, target_of(record), HealState.FAILED, detail)
        teller = _Teller(plan, _history(record, self))
        state, detail = self._heal(plan, teller)
        if state is not HealState.FAILED:
            try:
                append_undo(
                    self.undo_file,
                    plan.record(UndoState.DONE, self.timing.clock.now_ns(), record.timeline_file),
                )
            except OSError as error:
                state = HealState.FAILED
                detail = (
                    f"{detail} But {self.undo_file} cannot be written ({error}): it will be healed again."
                )
        return Healing(record.id, record.fault, plan.bound.target, state, detail, teller.lost)

    def _heal(self, plan: UndoPlan, teller: "_Teller") -> tuple[HealState, str]:
        bound, mark = plan.bound, plan.mark
        step = "heal"
        try:
            in_place = bound.in_place(mark)
            teller.tell(TimelineEventName.HEALING)
            if not in_place:
                teller.failed(
                    "hold", f"{bound.fault} of {bound.target} is not in place: never made, or ended."
                )
            bound.heal(mark)
            teller.tell(TimelineEventName.HEALED)
            step = "verify healing"
            sight = bound.verify_healed(self.timing)
        except GoneError as error:
            teller.tell(TimelineEventName.HEALING)
            teller.tell(TimelineEventName.HEALED, {"reason": str(error)})
            teller.failed("verify healing", str(error))
            return HealState.GONE, f"Nothing is left to undo. {error}"
        except (ChaosError, OSError) as error:
            teller.failed(step, str(error))
            return HealState.FAILED, str(error)
        teller.tell(TimelineEventName.HEAL_VERIFIED, {"seen": dict(sight.seen), "looks": sight.looks})
        return HealState.HEALED, sight.summary


def _history(record: UndoRecord, healer: Healer) -> History | None:
    if record.timeline_file is None or not Path(record.timeline_file).exists():
        return None  # the run folder was removed: nobody will read it
    return History(Path(record.timeline_file), healer.writer, healer.timing.clock)


class _Teller:
    """Continues a timeline as far as it can be written: healing does not wait for evidence."""

    def __init__(self, plan: UndoPlan, history: History | None) -> None:
        self._plan, self._history = plan, history
        self.lost: str | None = None

    def tell(self, event: TimelineEventName, detail: Mapping[str, JsonValue] | None = None) -> None:
        if self._history is None:
            return
        try:
            self._history.tell(self._plan.occurrence, event, detail)
        except OSError as error:
            self.lost = f"{self._history.file}: {error}"

    def failed(self, step: str, reason: str) -> None:
        self.tell(TimelineEventName.FAILED, {"step": step, "reason": reason})

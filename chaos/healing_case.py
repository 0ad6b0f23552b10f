"""Healing one fault: undone, read back, answered again, told, struck off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from chaos.errors import ChaosError, GoneError, ProxyUnreachableError, UnknownProxyError
from chaos.faults.fault import Mark
from chaos.faults.kind import BoundFault
from chaos.history import History, Occurrence
from chaos.timing import Timing
from chaos.undo_plan import UndoPlan
from evidence.clock import Clock
from evidence.timeline import TimelineEventName
from evidence.undo_record import UndoState, append_undo


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


class Claim(Protocol):
    """Nobody else is at the fault meanwhile."""

    def release(self, *, done: bool) -> None:
        """As `UndoClaim.release`."""
        ...


class Unclaimed:
    """In place of a claim where none can be taken: healing is safe to do twice."""

    def release(self, *, done: bool) -> None:
        """Nothing is held."""


class HealingCase:
    """One fault while its claim is held: first `undo`, then `conclude`, in the end `close`."""

    def __init__(self, plan: UndoPlan, teller: "Teller", claim: Claim, timing: Timing) -> None:
        self._plan, self._teller, self._claim, self._timing = plan, teller, claim, timing
        self._state = HealState.HEALED
        self._detail = ""
        self._done = False

    def undo(self) -> None:
        """Undo the fault. Nothing is raised."""
        self._attempt("heal", self._make_undone)

    def conclude(self, undo_file: Path) -> Healing:
        """See that the fault is gone, and strike it off. Nothing is raised."""
        if self._state is HealState.HEALED:
            self._attempt("verify healing", self._see_healed)
        if self._state is not HealState.FAILED:
            self._strike_off(undo_file)
        bound = self._plan.bound
        return Healing(
            self._plan.occurrence.id, bound.fault, bound.target, self._state, self._detail, self._teller.lost
        )

    def close(self) -> None:
        """Let others have it."""
        self._claim.release(done=self._done)

    def _attempt(self, step: str, act: "_Act") -> None:
        try:
            act(self._plan.bound, self._plan.mark)
        except GoneError as error:
            self._teller.tell_once(TimelineEventName.HEALING)
            self._teller.tell_once(TimelineEventName.HEALED, {"reason": str(error)})
            self._teller.failed("verify healing", str(error))
            self._state, self._detail = HealState.GONE, f"Nothing is left to undo. {error}"
        except Exception as error:  # whatever it is: the other faults are healed all the same
            reason = str(error) or repr(error)
            self._teller.failed(step, reason)
            self._state, self._detail = HealState.FAILED, reason

    def _make_undone(self, bound: BoundFault, mark: Mark) -> None:
        repaired = None
        try:
            in_place = bound.in_place(mark)
        except (ProxyUnreachableError, UnknownProxyError) as error:
            # Whoever does not answer does not tell either whether the fault lasts; one that is gone does.
            in_place = not isinstance(error, GoneError)
            repaired = _repair(bound, error)
        self._teller.tell_once(TimelineEventName.HEALING)
        if not in_place:
            reason = f"{bound.fault} of {bound.target} is not in place: never made, or ended."
            self._teller.failed("hold", reason)
        try:
            bound.heal(mark)
        except (ProxyUnreachableError, UnknownProxyError) as error:
            repaired = _repair(bound, error)
            bound.heal(mark)
        self._teller.tell_once(TimelineEventName.HEALED, {"repaired": repaired} if repaired else None)

    def _see_healed(self, bound: BoundFault, mark: Mark) -> None:
        sight = bound.verify_healed(self._timing)
        if bound.in_place(mark):
            # What its runner had asked for when it was killed was made only now.
            bound.heal(mark)
            sight = bound.verify_healed(self._timing)
        self._detail = sight.summary
        self._teller.tell_once(
            TimelineEventName.HEAL_VERIFIED, {"seen": dict(sight.seen), "looks": sight.looks}
        )

    def _strike_off(self, undo_file: Path) -> None:
        now_ns = self._timing.clock.now_ns()
        try:
            append_undo(undo_file, self._plan.record(UndoState.DONE, now_ns, self._teller.timeline_file))
            self._done = True
        except OSError as error:
            self._state = HealState.FAILED
            self._detail += f" But {undo_file} cannot be written ({error}): it will be healed again."


type _Act = Callable[[BoundFault, Mark], None]


def _repair(bound: BoundFault, error: ChaosError) -> str:
    repaired = bound.repair()
    if repaired is None:
        raise error
    return repaired


class Teller:
    """Continues a timeline as far as it can be written: healing does not wait for evidence."""

    def __init__(self, occurrence: Occurrence, timeline_file: str | None, writer: str, clock: Clock) -> None:
        self.lost: str | None = None
        self.timeline_file = timeline_file
        self._occurrence, self._told = occurrence, set[TimelineEventName]()
        self._history: History | None = None
        if timeline_file is not None and Path(timeline_file).exists():
            # Where there is none any more, the run folder was removed: nobody will read it.
            self._history = History(Path(timeline_file), writer, clock)

    def tell_once(self, event: TimelineEventName, detail: Mapping[str, JsonValue] | None = None) -> None:
        """A step of a healing is one event, however often it is taken."""
        if event not in self._told:
            self._told.add(event)
            self._tell(event, detail)

    def failed(self, step: str, reason: str) -> None:
        """A step did not succeed."""
        self._tell(TimelineEventName.FAILED, {"step": step, "reason": reason})

    def _tell(self, event: TimelineEventName, detail: Mapping[str, JsonValue] | None) -> None:
        if self._history is None:
            return
        try:
            self._history.tell(self._occurrence, event, detail)
        except OSError as error:
            self.lost = f"{self._history.file}: {error}"

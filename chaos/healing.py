"""Healing faults that are left broken: all undone at once, then looked at, then told and struck off."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from chaos.at_once import at_once
from chaos.errors import ChaosError
from chaos.healing_case import Claim, Healing, HealingCase, HealState, Teller, Unclaimed
from chaos.timing import Timing
from chaos.undo_plan import read_plan, target_of
from evidence.undo_claim import take_claim
from evidence.undo_record import UndoRecord, left_broken

__all__ = ["HealState", "Healer", "Healing"]

CLAIM_WITHIN_S = 120.0
"""Longer than any healing takes: a dependency is started again and looked at until it answers."""


@dataclass(frozen=True, slots=True)
class Healer:
    """Heals what `undo_file` names, and continues the timelines that it names as `writer`."""

    undo_file: Path
    writer: str
    timing: Timing

    def heal(self, record: UndoRecord) -> Healing:
        """Heal one fault. As `heal_all`."""
        return self.heal_all((record,))[0]

    def heal_all(self, records: Sequence[UndoRecord]) -> tuple[Healing, ...]:
        """Heal faults, given the newest first; safe to repeat, and beside other healers.

        All are undone before any of them is looked at, so that none waits for another's dependency to come
        back. Each is healed by one healer at a time: who comes second finds it done. Every failure is told in
        the result. Raises OSError when `undo.jsonl` cannot be read.
        """
        healings = self._heal_free(records, claim_within_s=0.0)
        for record in records:
            if record.id not in healings:
                healings |= self._heal_free((record,), claim_within_s=CLAIM_WITHIN_S)
        return tuple(healings.get(record.id) or _being_healed(record) for record in records)

    def _heal_free(self, records: Sequence[UndoRecord], *, claim_within_s: float) -> dict[str, Healing]:
        """Heal those that nobody else has claimed by then."""
        groups: dict[str, list[UndoRecord]] = {}
        for record in records:
            groups.setdefault(_reached_by(record), []).append(record)
        with ExitStack() as claims:
            undone = at_once(
                lambda group: [self._undo(record, claim_within_s, claims) for record in group],
                tuple(groups.values()),
            )
            healings = at_once(self._conclude, [one for group in undone for one in group if one is not None])
        return {one.id: one for one in healings}

    def _undo(
        self, record: UndoRecord, claim_within_s: float, claims: ExitStack
    ) -> HealingCase | Healing | None:
        """None while another process is at it; a Healing where nothing can or need be done."""
        claim = self._claim(record, claim_within_s)
        if claim is None:
            return None
        with ExitStack() as released:
            released.callback(claim.release, done=False)
            if record.id not in {one.id for one in left_broken(self.undo_file)}:
                return _not_done(record, HealState.HEALED, "Another process has healed it.")
            try:
                plan = read_plan(record)
            except ChaosError as error:
                return _not_done(record, HealState.FAILED, f"{error} Clear it with: stormproof up")
            released.pop_all()
        teller = Teller(plan.occurrence, record.timeline_file, self.writer, self.timing.clock)
        case = HealingCase(plan, teller, claim, self.timing)
        claims.callback(case.close)
        case.undo()
        return case

    def _claim(self, record: UndoRecord, within_s: float) -> Claim | None:
        try:
            return take_claim(self.undo_file, record.id, within_s=within_s, sleep=self.timing.sleep)
        except OSError:
            # A full disk, as a fault may have made it: two healers at one fault are better than none.
            return Unclaimed()

    def _conclude(self, one: HealingCase | Healing) -> Healing:
        return one if isinstance(one, Healing) else one.conclude(self.undo_file)


def _reached_by(record: UndoRecord) -> str:
    """Faults with the same are undone one after the other: of one target, or behind one Toxiproxy."""
    return f"{record.kind} {record.parameters.get('admin') or target_of(record)}"


def _being_healed(record: UndoRecord) -> Healing:
    detail = f"Another process has been at it for {CLAIM_WITHIN_S:g} s. Look again with: stormproof heal"
    return _not_done(record, HealState.FAILED, detail)


def _not_done(record: UndoRecord, state: HealState, detail: str) -> Healing:
    return Healing(record.id, record.fault, target_of(record), state, detail)

"""Breaking targets: told and made undoable first, then done, then felt."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos.at_once import at_once
from chaos.errors import HealedMeanwhileError
from chaos.faults.fault import Mark
from chaos.faults.kind import AnyFault
from chaos.history import History, Occurrence, occurrence_id
from chaos.probes.door import Door
from chaos.service_view import ServiceView
from chaos.sight import View
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.undo_plan import UndoPlan
from chaos.watchdog.runner import this_runner
from evidence.timeline import TimelineEventName
from evidence.undo_claim import take_claim
from evidence.undo_record import UndoState, append_undo, left_broken


@dataclass(frozen=True, slots=True)
class Felt:
    """A fault that probes have felt."""

    occurrence: Occurrence
    verified_after_ms: float
    """From the beginning of its injection."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """A fault that is made and not yet verified."""

    occurrence: Occurrence
    view: View
    services: tuple[ServiceView, ...]
    since_ns: int


@dataclass(frozen=True, slots=True)
class Injection:
    """What one experiment breaks, and where that is written."""

    experiment: str
    whereabouts: Whereabouts
    undo_file: Path
    history: History
    timing: Timing
    service_doors: tuple[Door, ...] = ()
    """Services that are asked whether they feel the fault; what they say is noted, and decides nothing."""

    def break_all(self, fault: AnyFault, names: Sequence[str]) -> tuple[Felt, ...]:
        """Break one target after another, then verify all at once, then measure.

        Whatever goes wrong is in the timeline as `failed` before it is raised: a ChaosError, or an OSError
        where a file cannot be written (before that is done nothing is broken). What was broken until then
        stays broken, and is in `undo.jsonl`.
        """
        with ExitStack() as views:
            broken = [self._break(name, fault, views) for name in names]
            felt = at_once(self._verify, broken)
            at_once(self._measure, broken)
            return felt

    def _break(self, name: str, fault: AnyFault, views: ExitStack) -> _Broken:
        since_ns = self.timing.clock.now_ns()
        occurrence = Occurrence(
            occurrence_id(self.experiment, name, since_ns), fault.name, self.experiment, name
        )
        self.history.tell(
            occurrence,
            TimelineEventName.INJECTING,
            {"parameters": dict(fault.parameters()), "effect": fault.effect},
        )
        with self._telling_failure(occurrence, "inject"):
            bound = fault.on(self.whereabouts, name)
            view = views.enter_context(closing(bound.view(self.timing)))
            services = tuple(ServiceView.open(door, self.timing) for door in self.service_doors)
            mark = Mark(occurrence.id, bound.remember())
            made_ns = self._make(UndoPlan(occurrence, bound, mark, str(this_runner())))
        self.history.tell(occurrence, TimelineEventName.INJECTED, at_ns=made_ns)
        return _Broken(occurrence, view, services, since_ns)

    def _make(self, plan: UndoPlan) -> int:
        """Write down how to undo it, and make it; nobody undoes it in between. When it was made."""
        undone = f"{plan.bound.fault} of {plan.bound.target} was undone while it was made."
        claim = take_claim(self.undo_file, plan.occurrence.id, sleep=self.timing.sleep)
        if claim is None:
            raise HealedMeanwhileError(undone)
        try:
            now_ns = self.timing.clock.now_ns()
            append_undo(self.undo_file, plan.record(UndoState.PLANNED, now_ns, self.history.file))
            plan.bound.inject(plan.mark)
            made_ns = self.timing.clock.now_ns()
            if self._is_undone(plan.occurrence):
                # This process was stopped for so long that its lease ended.
                plan.bound.heal(plan.mark)
                raise HealedMeanwhileError(undone)
            return made_ns
        finally:
            claim.release(done=False)

    def _is_undone(self, occurrence: Occurrence) -> bool:
        return occurrence.id not in {one.id for one in left_broken(self.undo_file)}

    def _verify(self, broken: _Broken) -> Felt:
        with self._telling_failure(broken.occurrence, "verify"):
            sight = broken.view.felt()
            after_ms = self._since_ms(broken)
            if self._is_undone(broken.occurrence):
                # What was felt has gone since: this process was stopped, or somebody healed everything.
                told = f"{broken.occurrence.fault} of {broken.occurrence.target}"
                raise HealedMeanwhileError(f"{told} was undone while it was verified.")
            self.history.tell(
                broken.occurrence,
                TimelineEventName.VERIFIED,
                {
                    "seen": dict(sight.seen),
                    "looks": sight.looks,
                    **broken.view.before,
                    "since_injecting_ms": round(after_ms, 3),
                },
            )
        return Felt(broken.occurrence, after_ms)

    def _measure(self, broken: _Broken) -> None:
        with self._telling_failure(broken.occurrence, "measure"):
            for service in broken.services:
                said = service.felt()
                self.history.note(
                    broken.occurrence,
                    {"felt_by_service": {**said, "since_injecting_ms": round(self._since_ms(broken), 3)}},
                )
            sight = broken.view.measured()
            if sight is not None:
                self.history.note(broken.occurrence, {"measured": dict(sight.seen)})

    def _since_ms(self, broken: _Broken) -> float:
        return (self.timing.clock.now_ns() - broken.since_ns) / 1e6

    @contextmanager
    def _telling_failure(self, occurrence: Occurrence, step: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.history.failed(occurrence, step, str(error))
            raise

"""Breaking targets: told and made undoable first, then done, then felt."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos.faults.fault import Fault
from chaos.history import History, Occurrence, observations
from chaos.probes.line import Line
from chaos.target import find_target
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from chaos.undo_plan import UndoPlan
from chaos.verification import measure, open_pooled, verify_felt
from evidence.timeline import TimelineEventName
from evidence.undo_record import UndoState, append_undo


@dataclass(frozen=True, slots=True)
class Felt:
    """A fault that probes have felt."""

    occurrence: Occurrence
    verified_after_ms: float
    """From the beginning of its injection."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """A fault that is made and not yet verified."""

    plan: UndoPlan
    pooled: Line
    before_ms: float
    """What an answer took before the fault."""
    since_ns: int


@dataclass(frozen=True, slots=True)
class _Verified:
    """A fault that is felt, and the connections that feel it."""

    broken: _Broken
    fresh: Line
    told: Felt


@dataclass(frozen=True, slots=True)
class Injection:
    """What one experiment breaks, and where that is written."""

    experiment: str
    toxiproxy: Toxiproxy
    undo_file: Path
    history: History
    timing: Timing

    def break_all(self, fault: Fault, names: Sequence[str]) -> tuple[Felt, ...]:
        """Break each target, verify each, then measure each.

        Whatever goes wrong is in the timeline as `failed` before it is raised: a ChaosError, or an OSError
        where a file cannot be written (before that is done nothing is broken). What was broken until then
        stays broken, and is in `undo.jsonl`.
        """
        with ExitStack() as lines:
            broken = [self._break(name, fault, lines) for name in names]
            felt = [self._verify(one, lines) for one in broken]
            for one in felt:
                self._measure(one)
            return tuple(one.told for one in felt)

    def _break(self, name: str, fault: Fault, lines: ExitStack) -> _Broken:
        since_ns = self.timing.clock.now_ns()
        occurrence = Occurrence(f"{self.experiment}.{name}.{since_ns}", fault.name, self.experiment, name)
        self.history.tell(
            occurrence,
            TimelineEventName.INJECTING,
            {"parameters": dict(fault.parameters()), "effect": fault.effect},
        )
        with self._telling_failure(occurrence, "inject"):
            target = find_target(self.toxiproxy, name)
            pooled = lines.enter_context(open_pooled(target, self.timing))
            broken = _Broken(UndoPlan(occurrence, fault, target), pooled, pooled.seen().after_ms, since_ns)
            append_undo(
                self.undo_file,
                broken.plan.record(UndoState.PLANNED, self.timing.clock.now_ns(), self.history.file),
            )
            fault.inject(target, occurrence.id)
        self.history.tell(occurrence, TimelineEventName.INJECTED)
        return broken

    def _verify(self, broken: _Broken, lines: ExitStack) -> _Verified:
        occurrence = broken.plan.occurrence
        with self._telling_failure(occurrence, "verify"):
            sight, fresh = verify_felt(broken.plan.fault, broken.plan.target, broken.pooled, self.timing)
            lines.enter_context(fresh)
            after_ms = (self.timing.clock.now_ns() - broken.since_ns) / 1e6
            self.history.tell(
                occurrence,
                TimelineEventName.VERIFIED,
                {
                    "seen": observations(sight.seen),
                    "looks": sight.looks,
                    "before_ms": round(broken.before_ms, 3),
                    "since_injecting_ms": round(after_ms, 3),
                },
            )
        return _Verified(broken, fresh, Felt(occurrence, after_ms))

    def _measure(self, verified: _Verified) -> None:
        plan = verified.broken.plan
        if plan.fault.measure_s <= 0:
            return
        with self._telling_failure(plan.occurrence, "measure"):
            sight = measure(plan.fault, plan.target, verified.fresh, verified.broken.pooled, self.timing)
            self.history.note(plan.occurrence, {"measured": observations(sight.seen)})

    @contextmanager
    def _telling_failure(self, occurrence: Occurrence, step: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.history.failed(occurrence, step, str(error))
            raise

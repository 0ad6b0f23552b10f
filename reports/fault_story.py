"""What each fault did to users: its steps, and what they met with before it and while it counted."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.verdict_record import FaultEffect, FaultRecovery
from reports.history import FaultSpan, History
from reports.numbers import format_count, format_ms, format_ratio, joined
from reports.palette import OUTCOMES
from slo.evidence_view import WARM_UP
from slo.series import Stretch

_SHORTEST_S = 1.0
"""A stretch before the fault that is shorter says nothing."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A stretch of the run, in seconds since the load began, and what users met with in it."""

    start_s: float
    end_s: float
    met: Stretch


@dataclass(frozen=True, slots=True)
class FaultStep:
    """One step of a fault's life."""

    name: str
    at_s: float | None
    """Since the load began; None for a step that never was done."""
    since_previous_s: float | None


@dataclass(frozen=True, slots=True)
class FaultStory:
    """One occurrence of a fault."""

    number: int
    name: str
    experiment: str | None
    target: str | None
    felt: bool
    healed: bool
    failures: tuple[str, ...]
    steps: tuple[FaultStep, ...]
    before: Compared | None
    """A stretch as long as the counted one, right before the fault, that no other fault touches."""
    during: Compared | None
    """From verified to healing."""
    recovery: tuple[FaultRecovery, ...] = ()
    """How the users of each objective came through it."""

    @property
    def sentence(self) -> str:
        """What users met with, in a sentence."""
        if self.during is None or not self.during.met.requests:
            return "No request falls into the stretch that counts, so it cannot be said what users felt."
        during, before = self.during.met, self.before.met if self.before else None
        shares = [
            f"{format_ratio(during.outcomes[outcome] / during.requests)} {outcome.value}"
            for outcome in OUTCOMES
            if during.outcomes.get(outcome)
        ]
        text = f"Of {format_count(during.requests)} requests while it counted, {joined(shares)}."
        if during.latency_p95_ms is None:
            return text
        if before is not None and before.latency_p95_ms is not None:
            return (
                f"{text} p95 went from {format_ms(before.latency_p95_ms)} ms before "
                f"to {format_ms(during.latency_p95_ms)} ms."
            )
        return f"{text} p95 was {format_ms(during.latency_p95_ms)} ms."


def stretch_before(span: FaultSpan, history: History) -> tuple[float, float] | None:
    """Start and end, in seconds since the load began, of what the fault is compared with; None without one.

    As long as the counted stretch, ending where injecting begins; warm-up and other faults are left out.
    """
    if span.injecting_s is None or span.verified_s is None:
        return None
    end = span.injecting_s
    length = (span.healing_s if span.healing_s is not None else history.end_s) - span.verified_s
    barriers = [0.0]
    barriers += [
        phase.end_s
        for phase in history.phases
        if phase.name == WARM_UP and phase.end_s <= end and not phase.cut
    ]
    for other in history.faults:
        if other is span or other.injecting_s is None or other.injecting_s > end:
            continue
        barriers.append(history.end_s if other.heal_verified_s is None else other.heal_verified_s)
    start = max(end - length, *barriers)
    return (start, end) if end - start >= _SHORTEST_S else None


def tell_faults(
    history: History | None, effects: Iterable[FaultEffect], before: dict[int, Compared]
) -> tuple[FaultStory, ...]:
    """A story for each fault that the timeline or the verdict knows; `before` by the fault's number."""
    left = {(effect.id, effect.target): effect for effect in effects}
    stories: list[FaultStory] = []
    for span in history.faults if history else ():
        effect = left.pop((span.window.id, span.window.target), None)
        stories.append(_story(span, effect, before.get(span.number)))
    for number, effect in enumerate(left.values(), start=len(stories) + 1):
        stories.append(
            FaultStory(
                number,
                effect.fault,
                effect.experiment,
                effect.target,
                effect.felt,
                effect.healed,
                (),
                (),
                None,
                _during(effect, 0.0, 0.0),
                effect.recovery,
            )
        )
    return tuple(stories)


def _story(span: FaultSpan, effect: FaultEffect | None, before: Compared | None) -> FaultStory:
    during = None
    if effect is not None and span.verified_s is not None:
        during = _during(effect, span.verified_s, span.healing_s)
    return FaultStory(
        span.number,
        span.window.name,
        span.window.experiment,
        span.window.target,
        span.window.felt,
        span.window.healed,
        span.window.failures,
        _steps(span),
        before,
        during,
        () if effect is None else effect.recovery,
    )


def _steps(span: FaultSpan) -> tuple[FaultStep, ...]:
    steps: list[FaultStep] = []
    previous: float | None = None
    for name, at_s in (
        ("injecting", span.injecting_s),
        ("verified: the fault is felt", span.verified_s),
        ("healing", span.healing_s),
        ("heal verified: it is gone", span.heal_verified_s),
    ):
        since = None if at_s is None or previous is None else at_s - previous
        steps.append(FaultStep(name, at_s, since))
        previous = at_s if at_s is not None else previous
    return tuple(steps)


def _during(effect: FaultEffect, start_s: float, end_s: float | None) -> Compared:
    met = Stretch(
        effect.requests,
        effect.outcomes,
        effect.served_from,
        effect.latency_p50_ms,
        effect.latency_p95_ms,
        effect.latency_p99_ms,
    )
    return Compared(start_s, start_s if end_s is None else end_s, met)

"""What each fault did to users: its steps, and what they met with before it and while it counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.verdict_record import FaultEffect, FaultRecovery
from reports.around import Around, Compared
from reports.history import FaultSpan, History
from reports.numbers import format_count, format_ms, format_ratio, joined
from reports.palette import OUTCOMES
from slo.series import Stretch


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
    """Of its episode."""
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
    after: Compared | None = None
    """The same, right after all of it was gone."""
    recovery: tuple[FaultRecovery, ...] = ()
    """How the users of each objective came through it."""

    @property
    def sentence(self) -> str:
        """What users met with, in a sentence."""
        return told(self.before, self.during)


def told(before: Compared | None, during: Compared | None) -> str:
    """What users met with while something was broken, in a sentence."""
    if during is None or not during.met.requests:
        return "No request falls into the stretch that counts, so it cannot be said what users felt."
    met, was = during.met, before.met if before else None
    shares = [
        f"{format_ratio(met.outcomes[outcome] / met.requests)} {outcome.value}"
        for outcome in OUTCOMES
        if met.outcomes.get(outcome)
    ]
    text = f"Of {format_count(met.requests)} requests while it counted, {joined(shares)}."
    if met.latency_p95_ms is None:
        return text
    if was is not None and was.latency_p95_ms is not None:
        return (
            f"{text} p95 went from {format_ms(was.latency_p95_ms)} ms before "
            f"to {format_ms(met.latency_p95_ms)} ms."
        )
    return f"{text} p95 was {format_ms(met.latency_p95_ms)} ms."


def tell_faults(
    history: History | None, effects: Iterable[FaultEffect], around: Mapping[int, Around]
) -> tuple[FaultStory, ...]:
    """A story for each fault that the timeline or the verdict knows; `around` by the episode's number."""
    left = {(effect.id, effect.target): effect for effect in effects}
    stories: list[FaultStory] = []
    for span in history.faults if history else ():
        effect = left.pop((span.window.id, span.window.target), None)
        stories.append(_story(span, effect, around.get(span.number, Around())))
    for number, effect in enumerate(left.values(), start=_next_number(history)):
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
                None,
                effect.recovery,
            )
        )
    return tuple(stories)


def _next_number(history: History | None) -> int:
    return 1 + max((span.number for span in history.faults), default=0) if history else 1


def _story(span: FaultSpan, effect: FaultEffect | None, around: Around) -> FaultStory:
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
        around.before,
        during,
        around.after,
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

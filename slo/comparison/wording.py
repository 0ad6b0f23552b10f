"""Changes in words."""

from collections.abc import Sequence

from evidence.comparison_record import Change, Figure, LeastEffects, Scope
from slo.wording import percent

_MOST_TIMES, _ALMOST = 1000, 1.05
NOTHING = "nothing"


def told_scope(scope: Scope) -> str:
    """search under redis-down; the whole run."""
    names = [name for name in (scope.operation, scope.tier and f"tier {scope.tier}", scope.objective) if name]
    text = ", ".join(names) or ("all requests" if scope.phase or scope.fault else "the whole run")
    if scope.phase is not None:
        text += f" in phase {scope.phase}"
    if scope.fault is not None:
        text += f" under {scope.fault}" if scope.objective is None else f" after {scope.fault}"
    return text


def told_figure(change: Change) -> str:
    """p95 of latency, availability."""
    if change.quantile is not None:
        return f"p{change.quantile * 100:g} of latency"
    return change.figure.value


def told_values(figure: Figure, values: Sequence[float | None]) -> str:
    """Their mean, as it is told."""
    known = [one for one in values if one is not None]
    return told_value(figure, sum(known) / len(known)) if known else NOTHING


def told_value(figure: Figure, value: float) -> str:
    """One value with its unit. Of availability, what is good."""
    match figure:
        case Figure.LATENCY:
            digits = 0 if value >= 100 else 1 if value >= 10 else 2
            return f"{value:,.{digits}f} ms"
        case Figure.THROUGHPUT:
            return f"{value:,.1f}/s"
        case Figure.AVAILABILITY:
            return percent(1 - value)
        case Figure.RECOVERY:
            return f"{value:.1f} s"


def told_effect(figure: Figure, effect: float | None) -> str:
    """+12.3%, −0.2 points, +3.0 s; of availability, the change of what is good."""
    if effect is None:
        return "unbounded"
    match figure:
        case Figure.LATENCY | Figure.THROUGHPUT:
            return f"{_signed(effect * 100, 1)}%"
        case Figure.AVAILABILITY:
            return f"{_signed(-effect * 100, 3)} points"
        case Figure.RECOVERY:
            return f"{_signed(effect, 1)} s"


def told_least(figure: Figure, least: LeastEffects) -> str:
    """5%, 0.1 points, 5 s."""
    match figure:
        case Figure.LATENCY:
            return f"{least.latency * 100:g}%"
        case Figure.THROUGHPUT:
            return f"{least.throughput * 100:g}%"
        case Figure.AVAILABILITY:
            return f"{least.availability * 100:g} points"
        case Figure.RECOVERY:
            return f"{least.recovery_s:g} s"


def told_bounds(change: Change) -> str:
    """+1.2% to +3.4%; of availability, from the worst to the best."""
    ends = (change.high, change.low) if change.figure is Figure.AVAILABILITY else (change.low, change.high)
    return " to ".join(told_effect(change.figure, end) for end in ends)


def told_change(change: Change, least: LeastEffects) -> str:
    """The whole change, in a sentence without its verdict."""
    name = f"{told_figure(change)}, {told_scope(change.scope)}"
    if change.effect is None and change.low is None and change.high is None:
        return f"{name}: {NOTHING} can be told"
    return (
        f"{name}: {told_values(change.figure, change.before)} before, "
        f"{told_values(change.figure, change.after)} after, {told_effect(change.figure, change.effect)} "
        f"(bounds {told_bounds(change)}; {told_least(change.figure, least)} matter)"
    )


def told_needs(change: Change, times: float | None, least_requests: int) -> str:
    """What would prove it."""
    if change.effect is None and change.low is None and change.high is None:
        fewest = min(change.requests, default=0)
        if change.figure is Figure.RECOVERY:
            return "needs the fault in every run, and the objective judged there"
        return (
            f"needs at least {least_requests:,} requests in each run, more where slow ones come in bursts; "
            f"the fewest are {fewest:,}"
        )
    if times is not None and times < _ALMOST:
        return "needs a little more: by itself it would count, among so many figures it does not yet"
    if times is None or times > _MOST_TIMES:
        return "no number of such runs would tell: the effect lies at the least that matters, or has no bound"
    return f"needs about {_times(times)} as many requests, or a least effect that is larger"


def _times(times: float) -> str:
    return f"{times:.1f} times" if times < 10 else f"{times:,.0f} times"


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return f"{'+' if value > 0 else '−'}{text}"

"""A comparison as it is tabled: groups of figures, and where their bounds lie on a bar."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.comparison_record import (
    Change,
    ChangeVerdict,
    ComparisonRecord,
    Figure,
    LeastEffects,
)
from reports.numbers import joined, plural
from slo.comparison.wording import told_least

SYMBOLS = {
    ChangeVerdict.REGRESSED: "✗",
    ChangeVerdict.IMPROVED: "✓",
    ChangeVerdict.NO_CHANGE: "=",
    ChangeVerdict.NOT_PROVEN: "?",
    ChangeVerdict.INVALID: "!",
}
"""Beside the word, never instead of it."""
TOKENS = {
    ChangeVerdict.REGRESSED: "missed",
    ChangeVerdict.IMPROVED: "met",
    ChangeVerdict.NO_CHANGE: "no-change",
    ChangeVerdict.NOT_PROVEN: "not-proven",
    ChangeVerdict.INVALID: "invalid",
}
"""Whose colour it has."""
_REACH = 4.0
"""A bar shows so many times the least effect that matters on each side."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Where an effect and its bounds lie, worse to the right: 0 to 1 across the bar."""

    low: float
    high: float
    effect: float
    cut_low: bool
    """The bound lies beyond the bar."""
    cut_high: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that are tabled together."""

    title: str
    changes: tuple[Change, ...]


def meaning(record: ComparisonRecord) -> str:
    """The verdict in a sentence."""
    match record.verdict:
        case ChangeVerdict.REGRESSED:
            worse = _counted(record, ChangeVerdict.REGRESSED)
            return f"{worse} got worse, beyond noise and by more than matters."
        case ChangeVerdict.IMPROVED:
            return (
                f"{_counted(record, ChangeVerdict.IMPROVED)} got better, beyond noise, and nothing got worse."
            )
        case ChangeVerdict.NO_CHANGE:
            return f"Nothing changed beyond {_limits(record)}."
        case ChangeVerdict.NOT_PROVEN:
            return (
                "Nothing is shown to be worse, but the evidence is too thin to say that nothing is: "
                f"{plural(_open(record), 'figure')} that {'decides' if _open(record) == 1 else 'decide'} "
                "cannot be told."
            )
        case ChangeVerdict.INVALID:
            return "These runs cannot be compared, so nothing is said of what changed."


def verdict_words(record: ComparisonRecord) -> str:
    """REGRESSED; NO CHANGE BEYOND 5%."""
    if record.verdict is ChangeVerdict.NO_CHANGE:
        return f"{record.verdict} BEYOND {told_least(Figure.LATENCY, record.least)}"
    return record.verdict.value


def deciding(record: ComparisonRecord) -> tuple[Change, ...]:
    """Figures that the comparison rests on."""
    return tuple(one for one in record.changes if one.decides)


def parts(record: ComparisonRecord) -> tuple[Group, ...]:
    """The others that can be told, in groups."""
    others = [one for one in record.changes if not one.decides and one.effect is not None]
    groups = (
        ("By tier", [one for one in others if one.scope.tier is not None]),
        ("By phase", [one for one in others if one.scope.phase is not None]),
        ("By fault", [one for one in others if one.scope.fault and not one.scope.operation]),
        ("By fault and operation", [one for one in others if one.scope.fault and one.scope.operation]),
    )
    return tuple(Group(title, tuple(changes)) for title, changes in groups if changes)


def notable(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Those that changed, the worse first."""
    order = (ChangeVerdict.REGRESSED, ChangeVerdict.IMPROVED)
    told = [one for one in changes if one.verdict in order]
    return tuple(sorted(told, key=lambda one: order.index(one.verdict)))


def bar(change: Change, least: LeastEffects) -> Bar | None:
    """None where there is no effect to show."""
    if change.effect is None:
        return None
    unit = {
        Figure.LATENCY: least.latency,
        Figure.THROUGHPUT: least.throughput,
        Figure.AVAILABILITY: least.availability,
        Figure.RECOVERY: least.recovery_s,
    }[change.figure] or 1e-9
    # Less throughput is worse; of the others, more.
    sign = -1.0 if change.figure is Figure.THROUGHPUT else 1.0
    ends = [change.low, change.high] if sign > 0 else [change.high, change.low]
    low, high = (None if end is None else sign * end / unit for end in ends)
    return Bar(
        low=_place(-_REACH if low is None else low),
        high=_place(_REACH if high is None else high),
        effect=_place(sign * change.effect / unit),
        cut_low=low is None or low < -_REACH,
        cut_high=high is None or high > _REACH,
    )


def counts(record: ComparisonRecord) -> tuple[tuple[ChangeVerdict, int], ...]:
    """How many figures and cells of each verdict."""
    verdicts = [*(one.verdict for one in record.changes), *(one.verdict for one in record.cells)]
    return tuple((one, verdicts.count(one)) for one in ChangeVerdict if one in verdicts)


def _place(units: float) -> float:
    return (min(max(units, -_REACH), _REACH) + _REACH) / (2 * _REACH)


def _counted(record: ComparisonRecord, kind: ChangeVerdict) -> str:
    figures = sum(one.verdict is kind for one in record.changes)
    cells = sum(one.verdict is kind for one in record.cells)
    told = [plural(figures, "figure")] if figures else []
    return joined(
        [*told, *([plural(cells, "promise of the contract", "promises of the contract")] if cells else [])]
    )


def _limits(record: ComparisonRecord) -> str:
    figures = dict.fromkeys(one.figure for one in record.changes if one.decides)
    return joined(f"{told_least(figure, record.least)} of {figure.value}" for figure in figures)


def _open(record: ComparisonRecord) -> int:
    verdicts = [one.verdict for one in record.changes if one.decides]
    verdicts += [one.verdict for one in record.cells if one.decides]
    return verdicts.count(ChangeVerdict.NOT_PROVEN)

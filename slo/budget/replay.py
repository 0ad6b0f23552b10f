"""Burn-rate alerts replayed over a run: would they have fired, when, and how long after the fault."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slo.budget.burn import budget_ratio
from slo.inference.block_counts import BlockCounts, Counts
from slo.promise import BurnAlert

_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class BurnRule:
    """Fires where the burn rate is above the threshold over every one of its windows, for so long."""

    name: str
    severity: str
    threshold: float
    windows_s: tuple[float, ...]
    for_s: float = 0.0
    op: str = "gt"


WORKBOOK_RULES = (
    BurnRule("fast burn", "page", 14.4, (_HOUR_S, 5 * _MINUTE_S)),
    BurnRule("slow burn", "page", 6.0, (6 * _HOUR_S, 30 * _MINUTE_S)),
    BurnRule("leak", "ticket", 1.0, (3 * _DAY_S, 6 * _HOUR_S)),
)
"""The multi-window, multi-burn-rate alerts of the SRE workbook, table 5-8: 2% of a 30-day budget in an
hour, 5% in six hours, 10% in three days; the short window is a twelfth of the long one."""


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a rule fired; seconds since the series began."""

    rule: BurnRule
    from_s: float
    to_s: float | None
    """None where it still did at the end."""


@dataclass(frozen=True, slots=True)
class Series:
    """Requests and bad requests of consecutive blocks, the empty ones too."""

    block_s: float
    total: Counts
    bad: Counts
    first_block: int
    """The number of the first, as the counts have it."""

    @classmethod
    def of(cls, counts: BlockCounts) -> "Series":
        """The blocks of a run in order, strata joined."""
        first = int(counts.block.min())
        length = int(counts.block.max()) - first + 1
        total, bad = np.zeros(length, np.int64), np.zeros(length, np.int64)
        np.add.at(total, counts.block - first, counts.total)
        np.add.at(bad, counts.block - first, counts.bad)
        return cls(counts.block_s, total, bad, first)


def rule_of(alert: BurnAlert) -> BurnRule:
    """An alert of an objective's AlertPolicy as a rule with one window."""
    return BurnRule(
        alert.name, alert.severity, alert.threshold, (alert.lookback_s,), alert.alert_after_s, alert.op
    )


def replay(series: Series, target: float, rules: tuple[BurnRule, ...]) -> tuple[Firing, ...]:
    """When each rule would have fired, asked at the end of every block.

    A run is shorter than an alert's long window: what came before it is taken for requests at the run's own
    mean rate, none of them bad, as it is in production on a good day. With nothing before, every rule would
    fire at the first failure.
    """
    return tuple(firing for rule in rules for firing in _firings(series, target, rule))


def _firings(series: Series, target: float, rule: BurnRule) -> Iterator[Firing]:
    holds = np.ones(len(series.total), dtype=bool)
    for window_s in rule.windows_s:
        holds &= _compared(_burn_over(series, target, window_s), rule)
    held = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(np.int8)))
    for first, last in zip(held[::2].tolist(), held[1::2].tolist(), strict=True):
        # A condition is first known to hold at the end of its block.
        from_s, to_s = (first + 1) * series.block_s + rule.for_s, (last + 1) * series.block_s
        over = last < len(holds)
        if from_s <= (to_s if over else len(holds) * series.block_s):
            yield Firing(rule, from_s, to_s if over else None)


def _burn_over(series: Series, target: float, window_s: float) -> NDArray[np.float64]:
    """The burn rate over the window that ends with each block."""
    blocks = max(1, round(window_s / series.block_s))
    total, bad = _summed(series.total, blocks), _summed(series.bad, blocks)
    before = np.maximum(blocks - np.arange(1, len(total) + 1), 0) * float(series.total.mean())
    asked = total + before
    ratio = np.divide(bad, asked, out=np.zeros(len(asked)), where=asked > 0)
    return ratio / budget_ratio(target)


def _summed(counts: Counts, blocks: int) -> NDArray[np.float64]:
    running = np.concatenate([[0], np.cumsum(counts)]).astype(np.float64)
    ends = np.arange(1, len(counts) + 1)
    return np.asarray(running[ends] - running[np.maximum(ends - blocks, 0)])


_ROUNDING = 1e-9
"""Of two computed rates: what is closer is equal."""


def _compared(burn: NDArray[np.float64], rule: BurnRule) -> NDArray[np.bool_]:
    slack = _ROUNDING * max(1.0, abs(rule.threshold))
    compared = {
        "gt": burn > rule.threshold + slack,
        "gte": burn >= rule.threshold - slack,
        "lt": burn < rule.threshold - slack,
        "lte": burn <= rule.threshold + slack,
    }
    return np.asarray(compared[rule.op])

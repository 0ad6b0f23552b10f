"""Recording and alerting rules of objectives: error ratios over windows, budgets, burn rates that are too
high.

The names are those that Sloth's dashboards know (https://sloth.dev); the alerts are the SRE workbook's,
chapter 5, table 5-8: the same that `stormproof slo --budget` replays over a run.
"""

from collections.abc import Iterator, Sequence

from slo.budget.replay import WORKBOOK_RULES, BurnRule
from slo.objective import Objective
from slo.prometheus.counters import counters_of
from slo.prometheus.errors import PrometheusError
from slo.rules.rule import Alert, Recorded, RuleGroup
from slo.rules.selection import CountedBy, NotCountable, counted_by
from slo.wording import target_percent

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_SEVERITY = {"page": "critical", "ticket": "warning"}
_PERIOD_S = 30 * _DAY_S


def objective_groups(objectives: Sequence[Objective]) -> tuple[RuleGroup, ...]:
    """A group for each. Raises NotCountable."""
    return tuple(
        RuleGroup(f"slo-{objective.name}", (*_recorded(objective), *_alerts(objective)))
        for objective in objectives
    )


def window_name(window_s: float) -> str:
    """As Prometheus writes it: 5m, 1h, 3d."""
    for unit_s, unit in ((_DAY_S, "d"), (_HOUR_S, "h")):
        if window_s % unit_s == 0:
            return f"{window_s / unit_s:g}{unit}"
    return f"{window_s / _MINUTE_S:g}m"


def _labels(objective: Objective) -> dict[str, str]:
    labels = {"slo": objective.name, "service": objective.service}
    if objective.tier is not None:
        labels["tier"] = objective.tier
    return labels


def _recorded(objective: Objective) -> Iterator[Recorded]:
    labels, counted = _labels(objective), _counted(objective)
    windows = sorted({window for rule in WORKBOOK_RULES for window in rule.windows_s} | {_PERIOD_S})
    for window_s in windows:
        window = window_name(window_s)
        yield Recorded(f"slo:sli_error:ratio_rate{window}", counted.error_ratio(window), labels)
    budget = budget_text(objective)
    chosen = f'{{slo="{objective.name}"}}'
    yield Recorded("slo:error_budget:ratio", f"vector({budget})", labels)
    yield Recorded("slo:current_burn_rate:ratio", f"slo:sli_error:ratio_rate5m{chosen} / {budget}", labels)
    spent = f"slo:sli_error:ratio_rate{window_name(_PERIOD_S)}{chosen} / {budget}"
    yield Recorded("slo:period_error_budget_remaining:ratio", f"1 - {spent}", labels)


def _counted(objective: Objective) -> CountedBy:
    """By its own queries where it has some, else by the metrics of the service. Raises NotCountable."""
    if objective.slices is not None:
        raise NotCountable(
            f"{objective.name}: {objective.budgeting}: rules count requests, not slices of time: write an "
            "objective with Occurrences beside it."
        )
    if objective.queries is None:
        return counted_by(objective)
    try:
        counters = counters_of(objective)
    except PrometheusError as error:
        raise NotCountable(str(error)) from error
    total, good, bad = (
        None if one is None else f"sum(rate({one}[$window]))"
        for one in (counters.total, counters.good, counters.bad)
    )
    # A series of failures is there only once there was one.
    return CountedBy(good or f"({total} - ({bad} or 0 * {total}))", total or "")


def _alerts(objective: Objective) -> Iterator[Alert]:
    for rule in WORKBOOK_RULES:
        yield Alert(
            alert="ErrorBudgetBurn",
            expr=" and on () ".join(_too_high(objective, rule, window_s) for window_s in rule.windows_s),
            for_="0s",
            labels={**_labels(objective), "severity": _SEVERITY[rule.severity], "burn": rule.name},
            annotations={
                "summary": f"{objective.name}: {rule.name} of the error budget",
                "description": (
                    f"More than {rule.threshold:g} times the rate that spends the budget of "
                    f"{target_percent(objective.target)} in 30 days, over "
                    f"{' and '.join(window_name(window_s) for window_s in rule.windows_s)}."
                ),
            },
        )


def _too_high(objective: Objective, rule: BurnRule, window_s: float) -> str:
    series = f'slo:sli_error:ratio_rate{window_name(window_s)}{{slo="{objective.name}"}}'
    return f"{series} > ({rule.threshold:g} * {budget_text(objective)})"


def budget_text(objective: Objective) -> str:
    """The share of requests that may be bad, as expressions have it."""
    return f"{float(1 - objective.exact_target):.10g}"

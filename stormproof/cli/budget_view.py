"""Budgets in the terminal."""

from datetime import UTC, datetime

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slo.budget.report import AlertStory, ObjectiveBudget


def render_budgets(budgets: tuple[ObjectiveBudget, ...]) -> RenderableType:
    """A row an objective, one an alert that would have fired, one a fault that has a frequency."""
    return Group(
        *(table for table in (_budgets(budgets), _alerts(budgets), _months(budgets)) if table.row_count)
    )


def _budgets(budgets: tuple[ObjectiveBudget, ...]) -> Table:
    table = _table(
        "Error budgets", "objective", "bad", "allowed", "remaining", "burn rate", "a window's budget lasts"
    )
    for one in budgets:
        lasts = "–" if one.exhausted_after_days is None else f"{one.exhausted_after_days:.1f} days"
        burn = "–" if one.burn_rate is None else f"{one.burn_rate:.2f}"
        cells = (one.objective, f"{one.bad:,}", f"{one.allowed:,.1f}", f"{one.remaining:.1%}", burn, lasts)
        table.add_row(*map(Text, cells))
    return table


def _alerts(budgets: tuple[ObjectiveBudget, ...]) -> Table:
    table = _table(
        "Alerts that would have fired", "objective", "alert", "severity", "at (UTC)", "after the fault"
    )
    for one in budgets:
        for alert in one.alerts:
            if alert.fired:
                table.add_row(*map(Text, (one.objective, alert.alert, alert.severity, *_when(alert))))
    return table


def _when(alert: AlertStory) -> tuple[str, str]:
    at = datetime.fromtimestamp((alert.fired_ns or 0) // 1_000_000_000, UTC)
    if alert.minutes_after_fault is None:
        return f"{at:%H:%M:%S}", "no fault before it"
    return f"{at:%H:%M:%S}", f"{alert.minutes_after_fault:.1f} min ({alert.fault})"


def _months(budgets: tuple[ObjectiveBudget, ...]) -> Table:
    table = _table("A month of it", "objective", "fault", "outage each", "a month", "costs", "of")
    for one in budgets:
        for cost in one.projections:
            told = (
                f"{cost.outage_minutes:.2f} min",
                f"{cost.a_month:.2g} ×",
                f"{cost.minutes_a_month:.2f} min",
                f"{cost.budget_minutes:.1f} min",
            )
            table.add_row(*map(Text, (one.objective, cost.cause, *told)))
    return table


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        table.add_column(Text(header, style="dim"))
    return table

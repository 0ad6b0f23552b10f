"""What a dashboard shows of objectives: the series that their recording rules make."""

from collections.abc import Iterator, Sequence

from slo.budget.replay import WORKBOOK_RULES
from slo.objective import Objective
from slo.rules.dashboard import Dashboard
from slo.rules.objectives import budget_text, window_name
from slo.rules.panels import Panel, Query, Row, panels_file, read_rows
from slo.wording import target_percent

_MARKED = tuple(sorted(rule.threshold for rule in WORKBOOK_RULES))
_WINDOWS_S = tuple(sorted({window_s for rule in WORKBOOK_RULES for window_s in rule.windows_s}))


def objectives_dashboard(objectives: Sequence[Objective], source: str) -> Dashboard:
    """Objectives first, then what explains them. Raises InvalidFile."""
    rows = (*objective_rows(objectives), *read_rows(panels_file()))
    return Dashboard("stormproof-objectives", "Objectives of the document search", source, rows)


def objective_rows(objectives: Sequence[Objective]) -> tuple[Row, ...]:
    """All of them at a glance, then the burn rates of each over every window of its alerts."""
    chosen = f'{{slo=~"{"|".join(one.name for one in objectives)}"}}'
    glance = (
        Panel(
            "Budget left of 30 days",
            "percentunit",
            (Query(f"slo:period_error_budget_remaining:ratio{chosen}", "{{slo}}"),),
            lines=(0.0,),
            bad_below=True,
        ),
        Panel(
            "Burn rates over 5 minutes",
            "short",
            (Query(f"slo:current_burn_rate:ratio{chosen}", "{{slo}}"),),
            lines=_MARKED,
        ),
        Panel(
            "Alerts that fire",
            "short",
            (
                Query(
                    'count by (slo, burn) (ALERTS{alertname="ErrorBudgetBurn",alertstate="firing"})',
                    "{{slo}}: {{burn}}",
                ),
            ),
        ),
    )
    return (Row("Objectives", glance), Row("Burn rates", tuple(_burn_rates(objectives))))


def _burn_rates(objectives: Sequence[Objective]) -> Iterator[Panel]:
    for one in objectives:
        title = f"{one.name}: {target_percent(one.target)}"
        windows = tuple(_burn_rate(one, window_name(window_s)) for window_s in _WINDOWS_S)
        yield Panel(title, "short", windows, lines=_MARKED)


def _burn_rate(objective: Objective, window: str) -> Query:
    errors = f'slo:sli_error:ratio_rate{window}{{slo="{objective.name}"}}'
    return Query(f"{errors} / {budget_text(objective)}", window)

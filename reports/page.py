"""The HTML form: one file that needs nothing but itself."""

import shlex
from collections.abc import Mapping
from importlib.resources import files
from itertools import chain

from jinja2 import Environment
from markupsafe import Markup

from reports import numbers, objectives_view
from reports.around import Compared
from reports.charts.spectrum import Stroke, stroke_of
from reports.charts_view import draw_charts
from reports.contract_view import AS_VERDICT, coverage_told
from reports.environment import page_text, template_environment
from reports.model import MEANINGS, NOT_EVIDENCE, ReportModel
from reports.page_script import page_script
from reports.palette import OUTCOMES, SERVED_FROM, UNSAID, css_variables, verdict_token
from reports.series import RunSeries
from reports.spectrum import operation_lines
from reports.time_table import heat_steps, latency_table, time_rows
from slo.budget.report import AlertStory, ObjectiveBudget
from slo.series import Stretch

_OUTCOME_KEYS = tuple(outcome.value for outcome in OUTCOMES)


def render_page(model: ReportModel) -> str:
    """The whole page. Everything that comes from evidence is escaped."""
    style = css_variables() + (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    page = (
        page_environment()
        .get_template("report.html")
        .render(
            model=model,
            verdict=model.verdict,
            meaning=MEANINGS[model.verdict.verdict],
            not_evidence=NOT_EVIDENCE,
            matrix=model.matrix,
            style=Markup(style),  # noqa: S704 -- our own file and palette
            **_drawn(model),
            command=shlex.join(model.run.command) if model.run else "",
            outcome_keys=_OUTCOME_KEYS,
            served_keys=SERVED_FROM,
        )
    )
    return page_text(page)


def used_keys(order: tuple[str, ...], *counts: Mapping[str, int]) -> tuple[str, ...]:
    """The keys that any of `counts` has, in their order; unknown ones last."""
    present = dict.fromkeys(key for key in chain.from_iterable(counts))
    return (*(key for key in order if key in present), *(key for key in present if key not in order))


def served_counts(stretch: Stretch | None) -> dict[str, int]:
    """Where answers came from, with those that do not say so, and requests without an answer, counted."""
    if stretch is None:
        return {}
    counts = {source: count for source, count in stretch.served_from.items() if count}
    unsaid = stretch.requests - sum(counts.values())
    return {**counts, UNSAID: unsaid} if counts and unsaid > 0 else counts


def share_of(compared: Compared, outcome: str) -> str:
    """The share of requests that ended so."""
    return numbers.format_ratio(compared.met.outcomes.get(outcome, 0) / compared.met.requests)


def alert_rows(budget: ObjectiveBudget) -> tuple[AlertStory | None, ...]:
    """The alerts that would have fired, or one row that says that none would."""
    return tuple(alert for alert in budget.alerts if alert.fired) or (None,)


def spectrum_legend(series: RunSeries) -> tuple[tuple[str, Stroke], ...]:
    """The operations that have lines of their own, and how those are drawn."""
    lines = operation_lines(series.cells)
    return tuple((one.name, stroke_of(index)) for index, one in enumerate(lines)) if len(lines) > 1 else ()


def _drawn(model: ReportModel) -> dict[str, object]:
    """Charts, the tables of the same figures, and the script; all empty where no request is on record."""
    series, history = model.series, model.history
    if series is None or history is None:
        return {
            "charts": None,
            "script": None,
            "heat_steps": (),
            "spectrum_legend": (),
            "latency_table": None,
            "time_rows": (),
            "outcomes_met": (),
        }
    charts = draw_charts(series, history)
    return {
        "charts": charts,
        "script": page_script(series, history, charts),
        "heat_steps": heat_steps(series),
        "spectrum_legend": spectrum_legend(series),
        "latency_table": latency_table(series, history),
        "time_rows": tuple(time_rows(series, history)),
        "outcomes_met": used_keys(_OUTCOME_KEYS, *(bucket.outcomes for bucket in series.buckets)),
    }


def page_environment() -> Environment:
    """The templates' own, and what pages of runs and months call besides."""
    environment = template_environment()
    environment.filters.update(
        ratio=numbers.format_ratio,
        target=numbers.format_target,
        budget=numbers.format_budget,
        ms=numbers.format_ms,
        value=numbers.format_value,
        duration=numbers.format_duration,
        offset=numbers.format_offset,
        token=verdict_token,
        subject=objectives_view.subject,
        promise=objectives_view.promise,
        title_of=objectives_view.title,
        served_counts=served_counts,
        share_of=share_of,
        alert_rows=alert_rows,
        step=numbers.format_step,
        days=numbers.format_days,
        sentence=numbers.sentence,
        unbroken=numbers.unbroken,
        markup=Markup,  # of charts: names inside are escaped where the SVG is made
        as_verdict=AS_VERDICT.__getitem__,
        coverage_told=coverage_told,
    )
    environment.globals.update(used_keys=used_keys, unsaid=UNSAID)
    return environment

"""The HTML form: one file that needs nothing but itself."""

import shlex
from collections.abc import Mapping
from importlib.resources import files
from itertools import chain

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import numbers, objectives_view
from reports.charts_view import Charts, draw_charts
from reports.contract_view import AS_VERDICT, coverage_told
from reports.model import MEANINGS, ReportModel
from reports.palette import OUTCOMES, SERVED_FROM, UNSAID, css_variables, verdict_token
from slo.series import Stretch

_OUTCOME_KEYS = tuple(outcome.value for outcome in OUTCOMES)


def render_page(model: ReportModel) -> str:
    """The whole page. Everything that comes from evidence is escaped."""
    charts = draw_charts(model.series, model.history) if model.series and model.history else None
    style = css_variables() + (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    page = (
        page_environment()
        .get_template("report.html")
        .render(
            model=model,
            verdict=model.verdict,
            meaning=MEANINGS[model.verdict.verdict],
            matrix=model.matrix,
            style=Markup(style),  # noqa: S704 -- our own file and palette
            charts=_inline(charts),
            command=shlex.join(model.run.command) if model.run else "",
            outcome_keys=_OUTCOME_KEYS,
            served_keys=SERVED_FROM,
        )
    )
    return "\n".join(line.rstrip() for line in page.split("\n") if line.strip()) + "\n"


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


def _inline(charts: Charts | None) -> dict[str, Markup] | None:
    if charts is None:
        return None
    # Names inside are escaped where the SVG is made.
    return {
        chart.name: Markup(chart.svg)  # noqa: S704
        for chart in (charts.latency, charts.throughput, charts.outcomes)
    }


def page_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        ratio=numbers.format_ratio,
        target=numbers.format_target,
        budget=numbers.format_budget,
        count=numbers.format_count,
        ms=numbers.format_ms,
        value=numbers.format_value,
        share=numbers.format_share,
        duration=numbers.format_duration,
        offset=numbers.format_offset,
        instant=numbers.format_instant,
        token=verdict_token,
        subject=objectives_view.subject,
        promise=objectives_view.promise,
        title_of=objectives_view.title,
        served_counts=served_counts,
        as_verdict=AS_VERDICT.__getitem__,
        coverage_told=coverage_told,
    )
    environment.globals.update(used_keys=used_keys, nothing=numbers.NOTHING, unsaid=UNSAID)
    return environment

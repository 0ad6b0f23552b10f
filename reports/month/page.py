"""The HTML form: one file that needs nothing but itself."""

import logging
import warnings
from importlib.resources import files

from markupsafe import Markup

from evidence.month_record import MonthObjective, MonthRecord
from reports.charts.style import chart_settings
from reports.environment import page_text
from reports.month import words
from reports.month.chart import draw_days
from reports.page import page_environment
from reports.palette import css_variables


def render_page(record: MonthRecord) -> str:
    """The whole page. Everything that comes from evidence is escaped."""
    objectives = words.ordered(record)
    style = css_variables() + (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    page = (
        page_environment()
        .get_template("month.html")
        .render(
            record=record,
            objectives=objectives,
            charts=_charts(objectives),
            words=words,
            style=Markup(style),  # noqa: S704 -- our own file and palette
        )
    )
    return page_text(page)


def _charts(objectives: tuple[MonthObjective, ...]) -> list[Markup | None]:
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with chart_settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        return [
            # Names inside are escaped where the SVG is made.
            Markup(draw_days(one, number).svg) if one.result.total else None  # noqa: S704 -- our own SVG
            for number, one in enumerate(objectives, start=1)
        ]

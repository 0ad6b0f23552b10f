"""A comparison as a page: one file that needs nothing but itself."""

from importlib.resources import files

from markupsafe import Markup

from evidence.comparison_record import ChangeVerdict, ComparisonRecord
from reports.comparison import view
from reports.environment import page_text, template_environment
from reports.palette import css_variables
from slo.comparison import wording

_MOST_REASONS = 8


def render_comparison_page(record: ComparisonRecord) -> str:
    """The whole page. Everything that comes from evidence is escaped."""
    environment = template_environment()
    environment.filters.update(
        change_token=view.TOKENS.__getitem__,
        told_figure=wording.told_figure,
        told_scope=wording.told_scope,
        told_bounds=wording.told_bounds,
    )
    environment.globals.update(
        bar=view.bar,
        told_values=wording.told_values,
        told_effect=wording.told_effect,
    )
    folder = files("reports") / "templates"
    style = css_variables() + "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("report.css", "comparison.css")
    )
    page = environment.get_template(
        "comparison.html"
    ).render(
        record=record,
        style=Markup(style),  # noqa: S704 -- our own files and palette
        words=view.verdict_words(record),
        meaning=view.meaning(record),
        reasons=record.reasons[:_MOST_REASONS],
        more_reasons=record.reasons[_MOST_REASONS:],
        counts=view.counts(record),
        deciding=view.deciding(record),
        parts=view.parts(record),
        notable=view.notable(one for one in record.changes if not one.decides),
        moved=[one for one in record.cells if one.verdict is not ChangeVerdict.NO_CHANGE],
        same_cells=sum(one.verdict is ChangeVerdict.NO_CHANGE for one in record.cells),
    )
    return page_text(page)

"""The one page as HTML: needs nothing but itself, prints to one sheet of A4."""

from importlib.resources import files

from markupsafe import Markup

from evidence.verdict_record import Verdict
from reports.environment import page_text, template_environment
from reports.executive import view
from reports.model import ReportModel
from reports.palette import css_variables, verdict_token


def render_executive(model: ReportModel) -> str:
    """The whole page. Everything that comes from evidence is escaped."""
    environment = template_environment()
    style = css_variables() + (files("reports") / "templates" / "executive.css").read_text(encoding="utf-8")
    page = environment.get_template("executive.html").render(
        model=model,
        token=verdict_token(model.verdict.verdict),
        style=Markup(style),  # noqa: S704 -- our own file and palette
        headline=view.HEADLINES[model.verdict.verdict],
        sentence=view.sentence(model),
        counts=model.verdict.verdict is not Verdict.INVALID,
        figures=view.figures(model),
        faults=view.fault_lines(model),
        more_faults=view.more_faults(model),
        budgets=view.budgets(model),
        steps=view.next_steps(model),
    )
    return page_text(page)

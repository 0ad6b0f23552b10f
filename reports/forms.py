"""One form of a report, by its name."""

from enum import StrEnum

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.executive.page import render_executive
from reports.junit import render_junit
from reports.objectives_table import objectives_csv, objectives_json
from reports.page import render_page
from reports.read_model import read_model
from reports.summary import render_summary
from slo.promise import Objective


class ReportForm(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    EXECUTIVE = "executive"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    CSV = "csv"
    JSON = "json"


def render_form(
    run: RunFolder, verdict: VerdictRecord, form: ReportForm, objectives: tuple[Objective, ...] = ()
) -> bytes:
    """Its content: csv and json have the table of objectives. Raises nothing for thin or broken evidence.

    `objectives`: as `read_model` takes them.
    """
    match form:
        case ReportForm.CSV:
            return objectives_csv(verdict.objectives)
        case ReportForm.JSON:
            return objectives_json(verdict.objectives)
        case ReportForm.HTML:
            return render_page(read_model(run, verdict, objectives)).encode()
        case ReportForm.EXECUTIVE:
            return render_executive(read_model(run, verdict, objectives)).encode()
        case ReportForm.MARKDOWN:
            return render_summary(read_model(run, verdict, objectives)).encode()
        case ReportForm.JUNIT:
            return render_junit(read_model(run, verdict, objectives))

"""Writes all forms of a report into the run's folder."""

from dataclasses import dataclass
from pathlib import Path

from evidence.documents import replace_file
from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.junit import render_junit
from reports.page import render_page
from reports.read_model import read_model
from reports.summary import render_summary
from slo.objective import Objective


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the forms of a report were written."""

    report_html: Path
    junit_xml: Path
    summary_md: Path


def write_reports(
    run: RunFolder, verdict: VerdictRecord, objectives: tuple[Objective, ...] = ()
) -> ReportFiles:
    """Make the report of a run, replacing an earlier one; with the alerts of the objectives that it was
    judged by, where they are at hand.

    Thin or broken evidence makes a report that says what it lacks. Raises OSError when it cannot be written.
    """
    model = read_model(run, verdict, objectives)
    written = ReportFiles(run.path / "report.html", run.path / "junit.xml", run.path / "summary.md")
    # The small forms first: they are there even if drawing fails.
    replace_file(written.junit_xml, render_junit(model))
    replace_file(written.summary_md, render_summary(model).encode())
    replace_file(written.report_html, render_page(model).encode())
    return written

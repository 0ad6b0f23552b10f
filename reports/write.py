"""Writes all forms of a report into the run's folder."""

from dataclasses import dataclass
from pathlib import Path

from evidence.documents import replace_file
from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.executive.page import render_executive
from reports.junit import render_junit
from reports.objectives_table import objectives_csv, objectives_json
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
    executive_html: Path
    objectives_csv: Path
    objectives_json: Path

    @property
    def every(self) -> tuple[Path, ...]:
        """All of them, that for people first."""
        return (
            *(self.report_html, self.executive_html, self.junit_xml, self.summary_md),
            *(self.objectives_csv, self.objectives_json),
        )


def write_reports(
    run: RunFolder, verdict: VerdictRecord, objectives: tuple[Objective, ...] = ()
) -> ReportFiles:
    """Make the report of a run, replacing an earlier one; with the alerts of the objectives that it was
    judged by, where they are at hand.

    Thin or broken evidence makes a report that says what it lacks. Raises OSError when it cannot be written.
    """
    model = read_model(run, verdict, objectives)
    written = ReportFiles(
        *(run.path / name for name in ("report.html", "junit.xml", "summary.md", "executive.html")),
        *(run.path / name for name in ("objectives.csv", "objectives.json")),
    )
    # The small forms first: they are there even if drawing fails.
    replace_file(written.junit_xml, render_junit(model))
    replace_file(written.summary_md, render_summary(model).encode())
    replace_file(written.objectives_csv, objectives_csv(verdict.objectives))
    replace_file(written.objectives_json, objectives_json(verdict.objectives))
    replace_file(written.executive_html, render_executive(model).encode())
    replace_file(written.report_html, render_page(model).encode())
    return written

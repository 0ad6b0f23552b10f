"""Forms of a report beside the page: chosen by name, and the table of objectives."""

import csv
import json
from dataclasses import replace
from io import StringIO

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.forms import ReportForm, render_form
from reports.objectives_table import COLUMNS, objectives_csv
from reports.write import ReportFiles
from tests.reports.made_verdicts import objective, small_verdict


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        (ReportForm.HTML, "<!doctype html>"),
        (ReportForm.EXECUTIVE, "<!doctype html>"),
        (ReportForm.MARKDOWN, "## ❌ MISSED"),
        (ReportForm.JUNIT, "<?xml"),
        (ReportForm.CSV, "name,service,"),
        (ReportForm.JSON, "["),
    ],
)
def test_each_form_is_had_by_its_name(bare_run: RunFolder, form: ReportForm, beginning: str) -> None:
    assert render_form(bare_run, small_verdict(), form).decode().startswith(beginning)


def test_every_form_is_in_the_run_folder(files: ReportFiles, verdict: VerdictRecord) -> None:
    assert all(path.stat().st_size for path in files.every)
    assert len(json.loads(files.objectives_json.read_text())) == len(verdict.objectives)


def test_the_csv_has_each_objective_unrounded() -> None:
    made = small_verdict()
    rows = list(csv.DictReader(StringIO(objectives_csv(made.objectives).decode(), newline="")))
    assert [row["name"] for row in rows] == [one.name for one in made.objectives]
    assert tuple(rows[0]) == COLUMNS
    first = made.objectives[0]
    assert first.interval is not None
    assert float(rows[0]["low"]) == first.interval.low
    assert [row["method"] for row in rows] == [
        one.interval.method if one.interval else "" for one in made.objectives
    ]
    assert (rows[0]["phase"], rows[4]["phase"], rows[0]["demanded"]) == ("", "redis-down", "yes")


def test_text_that_a_spreadsheet_would_run_is_text() -> None:
    hostile = replace(objective("free", 1, 2), name='=HYPERLINK("http://x")', reason='a,b\n"c"')
    (row,) = csv.DictReader(StringIO(objectives_csv([hostile]).decode(), newline=""))
    assert row["name"] == '\'=HYPERLINK("http://x")'
    assert row["reason"] == 'a,b\n"c"'

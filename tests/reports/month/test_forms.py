"""The forms of a month's report, from a record made for it."""

import csv
import re
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from rich.console import Console

from evidence.documents import read_document
from evidence.month_record import MonthRecord
from evidence.verdict_record import Verdict
from reports.month.markdown import render_markdown
from reports.month.page import render_page
from reports.month.table import render_csv
from reports.month.terminal import render_month
from reports.month.write import write_month
from reports.objectives_view import promise
from tests.reports.html_outline import outline
from tests.reports.month.made_month import made_month


@pytest.fixture(scope="module")
def record() -> MonthRecord:
    return made_month()


@pytest.fixture(scope="module")
def page(record: MonthRecord) -> str:
    return render_page(record)


def test_the_record_is_read_as_it_was_written(record: MonthRecord, tmp_path: Path) -> None:
    files = write_month(tmp_path / "months/2026-11", record)
    assert [file.name for file in files] == ["month.html", "month.md", "month.csv", "month.json"]
    assert read_document(files[3], MonthRecord) == record
    assert TypeAdapter(MonthRecord).validate_json(files[3].read_bytes()) == record


def test_the_page_needs_nothing_but_itself(page: str) -> None:
    parsed = outline(page)
    links = [element.attributes.get("href") or "" for element in parsed.elements]
    assert [link for link in links if link and not link.startswith("#") and link != "data:,"] == []
    assert not parsed.of("script")
    assert re.findall(r"url\((?!#)", page.replace("url(&#34;#", "")) == []


def test_the_page_can_be_read_aloud(page: str) -> None:
    parsed = outline(page)
    levels = [int(element.tag[1]) for element in parsed.elements if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels[0] == 1 == levels.count(1)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [element.attributes["id"] for element in parsed.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in parsed.elements:
        href = element.attributes.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids
    assert all(element.attributes.get("scope") for element in parsed.of("th"))
    assert len(parsed.of("table")) == len(parsed.of("caption")) == 4
    charts = [one for one in parsed.of("svg") if one.attributes.get("role") == "img"]
    assert [one.text.split("spent day by day")[0].strip() for one in charts] == [
        "Error budget of one",
        "Error budget of =two",
    ]
    assert all("1 day lacks evidence" in one.text for one in charts)


def test_what_comes_from_people_is_text(page: str, record: MonthRecord) -> None:
    assert "<b>bad</b>" not in page
    assert "<i></i>" not in page.replace('"><i></i>', "")
    assert "availability was &lt;b&gt;bad&lt;/b&gt;" in page
    assert "disks \\| &lt;i>" in render_markdown(record)


def test_every_form_tells_the_verdict_the_gap_the_maintenance_and_what_is_left_out(
    page: str, record: MonthRecord
) -> None:
    console = Console(width=160, record=True, file=StringIO())
    console.print(render_month(record))
    for form in (page, render_markdown(record).replace("\\", ""), console.export_text()):
        assert "MISSED" in form
        assert "November 2026" in form
        assert "2026-11-13 00:00 to 2026-11-14 00:00" in form
        assert "disks" in form
        assert "7 bad" in form or "7 of them bad" in form or ">7 bad<" in form
        assert "the run never ended" in form
        assert "12 requests of the sources" in form


def test_a_month_with_maintenance_was_kept_outside_it(record: MonthRecord) -> None:
    kept = replace(record, verdict=Verdict.MET)
    assert "kept outside maintenance" in render_markdown(kept)
    assert "kept this month" in render_markdown(replace(kept, maintenance=()))


def test_the_terminal_shows_the_days_at_a_glance(record: MonthRecord) -> None:
    console = Console(width=160, record=True, file=StringIO())
    console.print(render_month(record))
    assert "✓✓✓✓✓✓✗✓✓✓✓✓○✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓" in console.export_text()


def test_it_fits_eighty_columns_without_losing_a_figure(record: MonthRecord) -> None:
    console = Console(width=80, record=True, file=StringIO())
    console.print(render_month(record))
    shown = console.export_text()
    assert "…" not in shown
    for one in record.objectives:
        assert f"{one.result.verdict}" in shown
        assert promise(one.result) in shown
        assert f"{one.result.bad:,}/" in shown


def test_the_table_has_a_line_a_day_and_one_for_the_month(record: MonthRecord) -> None:
    rows = list(csv.DictReader(StringIO(render_csv(record))))
    assert len(rows) == 2 * 31
    assert [row["day"] for row in rows if row["state"] == "missing"] == ["2026-11-13"] * 2
    assert [row["verdict"] for row in rows if not row["day"]] == ["MISSED", "NOT PROVEN"]
    # No spreadsheet takes a name for a formula.
    assert {row["objective"] for row in rows} == {"one", "'=two"}
    assert rows[6]["bad"] == "40"


def test_the_table_alone_tells_the_question_and_by_which_method_the_bounds_were_found(
    record: MonthRecord,
) -> None:
    rows = [row for row in csv.DictReader(StringIO(render_csv(record))) if not row["day"]]
    for row, one in zip(rows, record.objectives, strict=True):
        interval = one.result.interval
        assert interval is not None
        assert (float(row["low"]), float(row["high"]), float(row["level"])) == (
            interval.low,
            interval.high,
            interval.level,
        )
        assert (row["method"], row["question"]) == (interval.method, "window")


def test_an_empty_month_has_all_forms(record: MonthRecord, tmp_path: Path) -> None:
    nothing = replace(record, objectives=(), sources=(), maintenance=(), reasons=(), notes=())
    assert all(file.stat().st_size for file in write_month(tmp_path, nothing))

"""Every form of a comparison."""

import dataclasses
import json
import re
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pydantic import TypeAdapter
from rich.console import Console

from evidence.comparison_record import ChangeVerdict, ComparisonRecord, Figure, Scope
from reports.comparison.forms import FILES, ComparisonForm, render_comparison, write_comparison
from reports.comparison.terminal import render_comparison_terminal
from reports.comparison.view import bar, verdict_words
from tests.reports.comparison.made_comparison import change, made_comparison
from tests.reports.html_outline import outline


def shown(record: ComparisonRecord, form: ComparisonForm) -> str:
    return render_comparison(record, form).decode()


def terminal(record: ComparisonRecord) -> str:
    console = Console(file=StringIO(), width=200, color_system=None)
    console.print(render_comparison_terminal(record))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_terminal_tells_verdict_reasons_and_what_changed() -> None:
    text = terminal(made_comparison())
    place = 0
    for one in (
        *("✗ REGRESSED", "2 figures and 1 promise of the contract got worse", "What decides"),
        *("p95 of latency", "+20.0%", "What changed in parts of the runs", "get under redis-down"),
    ):
        place = text.index(one, place)


def test_a_terminal_of_80_columns_shows_every_figure_whole() -> None:
    console = Console(file=StringIO(), width=80, color_system=None)
    console.print(render_comparison_terminal(made_comparison()))
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    (row,) = [line for line in lines if line.split()[:5] == ["✗", "p95", "of", "latency,", "get"]]
    assert row.split()[-5:] == ["8.00", "ms", "9.60", "ms", "+20.0%"]


def test_json_is_the_whole_record() -> None:
    record = made_comparison()
    read = TypeAdapter(ComparisonRecord).validate_json(shown(record, ComparisonForm.JSON))
    assert read == record
    assert json.loads(shown(record, ComparisonForm.JSON))["schema"] == 2


@pytest.mark.parametrize(
    ("verdict", "elements"),
    [
        (ChangeVerdict.REGRESSED, [("failure", "regressed")]),
        (ChangeVerdict.NOT_PROVEN, [("failure", "not-proven")]),
        (ChangeVerdict.INVALID, [("error", "invalid")]),
        (ChangeVerdict.IMPROVED, []),
        (ChangeVerdict.NO_CHANGE, []),
    ],
)
def test_a_pipeline_is_green_only_when_nothing_got_worse(
    verdict: ChangeVerdict, elements: list[tuple[str, str]]
) -> None:
    root = ET.fromstring(shown(made_comparison(verdict), ComparisonForm.JUNIT))  # noqa: S314 -- our own output
    (case,) = root.findall("testsuite[@name='stormproof.comparison']/testcase")
    assert [(child.tag, child.attrib["type"]) for child in case] == elements


def test_each_figure_is_a_case_and_what_is_not_proven_in_parts_is_skipped() -> None:
    record = made_comparison()
    thin = change(
        Figure.LATENCY,
        Scope(tier="free"),
        (1.0, 1.0),
        (0.0, -0.4, 0.4),
        ChangeVerdict.NOT_PROVEN,
        0.95,
        decides=False,
    )
    record = dataclasses.replace(record, changes=(*record.changes, thin))
    root = ET.fromstring(shown(record, ComparisonForm.JUNIT))  # noqa: S314 -- our own output
    cases = root.findall("testsuite[@name='stormproof.figures']/testcase")
    found = {case.attrib["name"]: [child.tag for child in case] for case in cases}
    assert found["p95 of latency, get"] == ["failure"]
    assert found["p99 of latency, get"] == ["failure"]
    assert found["availability, the whole run"] == []
    assert found["p95 of latency, tier free"] == ["skipped"]


def test_markdown_has_the_figures_as_rows() -> None:
    text = shown(made_comparison(), ComparisonForm.MARKDOWN)
    assert text.startswith("## ❌ REGRESSED\n")
    (row,) = [line for line in text.splitlines() if "p95 of latency | get |" in line]
    assert row == (
        "| ✗ REGRESSED | p95 of latency | get | 8.00 ms | 9.60 ms | **+20.0%** | +11.0% to +31.0% |"
    )


def test_the_largest_markdown_fits_a_comment() -> None:
    record = made_comparison(name="operation-" + "x" * 5_000)
    many = dataclasses.replace(
        record,
        reasons=record.reasons * 500,
        changes=record.changes * 500,
        cells=record.cells * 500,
        differences=record.differences * 300,
    )
    text = shown(many, ComparisonForm.MARKDOWN)
    assert len(text) <= 65_536
    assert "more in the report." in text


def test_the_page_fetches_nothing_and_reads_from_the_verdict_down() -> None:
    page = shown(made_comparison(), ComparisonForm.HTML)
    parsed = outline(page)
    assert parsed.texts[0] == "REGRESSED"
    headings = [element.text.strip() for element in parsed.of("h2")]
    assert headings == [
        "What this comparison lacks",
        "What decides",
        "In parts of the runs",
        "Degradation contract",
        "The runs",
        "How it was tested",
    ]
    assert not parsed.of("script")
    assert re.findall(r"""(?:src|href)="(?!#|data:,)""", page) == []
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in parsed.of("svg"))


def test_an_invalid_comparison_shows_no_figure() -> None:
    made = made_comparison(ChangeVerdict.INVALID)
    record = dataclasses.replace(made, changes=(), cells=(), reasons=("the runs cannot be compared",))
    headings = [one.text.strip() for one in outline(shown(record, ComparisonForm.HTML)).of("h2")]
    assert "What decides" not in headings
    assert "the runs cannot be compared" in terminal(record)


def test_hostile_names_stay_text() -> None:
    record = made_comparison(name="<script>alert(1)</script>|@all")
    assert "<script>" not in shown(record, ComparisonForm.HTML)
    assert "<script>" not in shown(record, ComparisonForm.MARKDOWN)
    assert "@all" not in shown(record, ComparisonForm.MARKDOWN)
    ET.fromstring(shown(record, ComparisonForm.JUNIT))  # noqa: S314 -- our own output


def test_a_bar_shows_worse_to_the_right_and_marks_a_bound_beyond_it() -> None:
    record = made_comparison()
    places = {(one.figure, one.quantile): bar(one, record.least) for one in record.changes if one.decides}
    slower = places[Figure.LATENCY, 0.95]
    assert slower is not None
    assert slower.low > 0.5
    assert slower.cut_high
    unbounded = places[Figure.LATENCY, 0.99]
    assert unbounded is not None
    assert (unbounded.low, unbounded.cut_low) == (0.0, True)
    less = change(Figure.THROUGHPUT, Scope(), (200, 180), (-0.1, -0.12, -0.08), ChangeVerdict.REGRESSED)
    answered = bar(less, record.least)
    assert answered is not None
    assert 0.5 < answered.low < answered.effect < answered.high


def test_no_change_says_beyond_what() -> None:
    assert verdict_words(made_comparison(ChangeVerdict.NO_CHANGE)) == "NO CHANGE BEYOND 5%"


def test_every_form_is_written(tmp_path: Path) -> None:
    written = write_comparison(tmp_path / "made" / "here", made_comparison())
    assert [path.name for path in written] == list(FILES.values())
    assert all(path.stat().st_size > 500 for path in written)

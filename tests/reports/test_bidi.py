"""Names in Arabic and Hebrew do not reorder the figures beside them, in any form that people read."""

import unicodedata
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console, RenderableType

from evidence.month_record import MonthRecord
from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.bidi import isolated, isolated_in_page
from reports.forms import ReportForm, render_form
from reports.month.markdown import render_markdown
from reports.month.page import render_page
from reports.month.table import render_csv
from reports.month.terminal import render_month
from reports.terminal import render_terminal
from tests.reports.html_outline import outline
from tests.reports.made_verdicts import small_verdict
from tests.reports.month.made_month import made_month

SHOP, STORE = "متجر-1 الكتب", "חנות"
FSI, PDI = "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("availability was 99.2% of 1,000", "availability was 99.2% of 1,000"),
        ("café: 3 of 4 → «ok»", "café: 3 of 4 → «ok»"),
        (f"{STORE}: 99.2%", f"{FSI}{STORE}{PDI}: 99.2%"),
        (f"free, {SHOP}: 3 of 4", f"free, {FSI}{SHOP}{PDI}: 3 of 4"),
        # Two names in a list stay in their order.
        (f"{STORE}, {SHOP} and x", f"{FSI}{STORE}{PDI}, {FSI}{SHOP}{PDI} and x"),
        ("שָׁלוֹם 5", f"{FSI}שָׁלוֹם{PDI} 5"),
        (f"search-{STORE}", f"search-{FSI}{STORE}{PDI}"),
    ],
)
def test_each_name_is_isolated_and_nothing_else(text: str, shown: str) -> None:
    assert isolated(text) == shown
    assert isolated_in_page(f"<p>{text}</p>") == f"<p>{shown}</p>".replace(FSI, "<bdi>").replace(
        PDI, "</bdi>"
    )


def test_what_is_copied_from_a_page_or_read_by_its_scripts_is_as_it_was() -> None:
    kept = f'<script>if (a < b) say("{STORE}")</script><title>{STORE}</title><pre>run {STORE}</pre>'
    assert isolated_in_page(f'{kept}<td aria-label="{STORE}">{STORE}</td>') == (
        f'{kept}<td aria-label="{STORE}"><bdi>{STORE}</bdi></td>'
    )


@pytest.fixture(scope="module")
def verdict() -> VerdictRecord:
    """Tiers, faults, operations and reasons with such names."""
    made = small_verdict()
    return replace(
        made,
        reasons=(f"{STORE}: 99.2% of 1,000 requests were good, 99.9% is promised", *made.reasons),
        objectives=tuple(
            replace(one, name=f"availability-{STORE}", labels={"tier": SHOP}, reason=f"{SHOP}: 3 of 4")
            for one in made.objectives
        ),
        contract=tuple(replace(one, fault=STORE, operation=SHOP) for one in made.contract),
        faults=tuple(replace(one, fault=STORE, target=SHOP) for one in made.faults),
    )


def test_every_name_in_the_terminal_and_in_markdown_is_isolated(
    bare_run: RunFolder, verdict: VerdictRecord
) -> None:
    for shown in (
        printed(render_terminal(verdict)),
        render_form(bare_run, verdict, ReportForm.MARKDOWN).decode(),
        render_markdown(hebrew_month()),
        printed(render_month(hebrew_month())),
    ):
        assert STORE in shown
        assert bare(shown) == ""


@pytest.mark.parametrize("form", [ReportForm.HTML, ReportForm.EXECUTIVE])
def test_every_name_in_a_page_is_isolated(
    bare_run: RunFolder, verdict: VerdictRecord, form: ReportForm
) -> None:
    page = render_form(bare_run, verdict, form).decode()
    assert f"<bdi>{STORE}</bdi>: 99.2%" in page or form is ReportForm.EXECUTIVE
    assert f"<bdi>{SHOP}</bdi>" in page
    assert outline(page).of("bdi")
    assert f"<bdi>{SHOP}</bdi>" in render_page(hebrew_month())


def test_files_for_programs_have_the_name_as_it_is(bare_run: RunFolder, verdict: VerdictRecord) -> None:
    for form in (ReportForm.CSV, ReportForm.JSON, ReportForm.JUNIT):
        content = render_form(bare_run, verdict, form).decode()
        assert SHOP in content
        assert FSI not in content
    assert FSI not in render_csv(hebrew_month())


def hebrew_month() -> MonthRecord:
    made = made_month()
    objectives = tuple(
        replace(one, result=replace(one.result, name=STORE, labels={"tier": SHOP})) for one in made.objectives
    )
    return replace(made, objectives=objectives, reasons=(f"{STORE}: 99.2%",))


def printed(shown: RenderableType) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(shown)
    return console.export_text()


def bare(shown: str) -> str:
    """Strong right-to-left characters outside any isolate."""
    depth, found = 0, []
    for character in shown:
        depth += (character == FSI) - (character == PDI)
        assert 0 <= depth <= 1
        if not depth and unicodedata.bidirectional(character) in {"R", "AL"}:
            found.append(character)
    return "".join(found)

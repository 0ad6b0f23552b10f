from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import CellVerdict, ContractCell, ContractCoverage
from reports.contract_view import ContractBox, cell_name, contract_matrix, coverage_told, open_cells
from reports.junit import render_junit
from reports.read_model import read_model
from reports.summary import render_summary
from reports.write import write_reports
from tests.reports.html_outline import outline
from tests.reports.made_verdicts import contract, small_verdict

PROVED, VIOLATED, LACKING, TOLD = contract()


def test_the_matrix_has_a_row_for_each_fault_and_a_column_for_each_operation() -> None:
    matrix = contract_matrix(contract())
    assert matrix.operations == ("search", "delete")
    assert [row.fault for row in matrix.rows] == ["redis-down", "postgres-down"]
    redis, postgres = matrix.rows
    assert [box and len(box.cells) for box in redis.boxes] == [2, 1]
    assert postgres.boxes[1] is None


@pytest.mark.parametrize(
    ("cells", "verdict", "told", "missing"),
    [
        ((PROVED, PROVED), CellVerdict.PROVED, "2 of 2", 0),
        ((PROVED, VIOLATED), CellVerdict.VIOLATED, "1 of 2", 0),
        ((VIOLATED, LACKING), CellVerdict.VIOLATED, "1 of 2", 1),
        ((PROVED, LACKING, TOLD), CellVerdict.PROVED, "1 of 3", 1),
        ((LACKING, TOLD), CellVerdict.NOT_EXERCISED, "2", 1),
    ],
)
def test_a_box_tells_the_worst_of_what_was_exercised(
    cells: tuple[ContractCell, ...], verdict: CellVerdict, told: str, missing: int
) -> None:
    box = ContractBox(cells)
    assert (box.verdict, box.told, box.missing) == (verdict, told, missing)


def test_what_is_open_is_violated_or_demanded() -> None:
    assert open_cells((TOLD, LACKING, PROVED, VIOLATED)) == (VIOLATED, LACKING)


def test_coverage_is_a_number_in_words() -> None:
    told = coverage_told(ContractCoverage("section 2.4", 147, 68, 67, 1, 68 / 147))
    assert told == "68 of 147 cells of section 2.4 were exercised (46.26%): 67 proved, 1 violated"


def test_the_page_has_the_matrix_with_words_and_colours(bare_run: RunFolder) -> None:
    page = write_reports(bare_run, small_verdict()).report_html.read_text()
    start = page.index('<table class="matrix contract">')
    matrix = page[start : page.index("</table>", start)]
    for verdict, colour in (("VIOLATED", "missed"), ("NOT EXERCISED", "not-proven")):
        assert f'<span class="word {colour}">' in matrix
        assert f"<span>{verdict}</span>" in matrix
    assert '<th scope="row">redis-down</th>' in matrix
    parsed = outline(page)
    assert "Degradation contract" in [element.text.strip() for element in parsed.of("h2")]
    assert "2 of 4 cells of a requirement were exercised (50.00%): 1 proved, 1 violated." in page
    assert "VIOLATED: under redis-down, search is available for at least 99%." in page
    assert "All 4 cells" in page


def test_a_run_without_a_contract_has_no_section_of_it(bare_run: RunFolder) -> None:
    bare = replace(small_verdict(), contract=(), contract_coverage=())
    assert (
        "contract" not in write_reports(bare_run, bare).report_html.read_text().split("</style>")[1].lower()
    )


def test_hostile_text_of_a_contract_stays_text(bare_run: RunFolder) -> None:
    hostile = "<script>alert(1)</script>"
    cells = tuple(
        replace(one, fault=hostile, operation=hostile, promise=hostile, observed=hostile)
        for one in contract()
    )
    page = write_reports(bare_run, replace(small_verdict(), contract=cells)).report_html.read_text()
    assert not outline(page).of("script")


def test_each_cell_is_a_case_with_a_name_of_its_own(bare_run: RunFolder) -> None:
    root = ET.fromstring(render_junit(read_model(bare_run, small_verdict())))  # noqa: S314 -- our own output
    cases = root.findall("testsuite[@name='stormproof.contract']/testcase")
    assert [case.attrib["name"] for case in cases] == [cell_name(cell) for cell in contract()]
    assert len({case.attrib["name"] for case in cases}) == 4
    told = [[(child.tag, child.attrib["type"]) for child in case] for case in cases]
    # What is demanded and lacks evidence must not leave a pipeline green.
    assert told == [
        [],
        [("failure", "violated")],
        [("failure", "not-exercised")],
        [("skipped", "not-exercised")],
    ]


def test_the_summary_tells_the_matrix_and_what_is_open(bare_run: RunFolder) -> None:
    summary = render_summary(read_model(bare_run, small_verdict()))
    assert "| redis-down | ✗ VIOLATED 1 of 2 | ? NOT EXERCISED 1, 1 lack evidence |" in summary
    assert "VIOLATED: under redis-down, search is available" in summary


def test_how_users_came_through_a_fault_is_tabled(bare_run: RunFolder) -> None:
    page = write_reports(bare_run, small_verdict()).report_html.read_text()
    start = page.index("How users came through redis-down")
    table = page[start : page.index("</table>", start)]
    assert "availability-enterprise" in table
    for figure in ("out, and back", "1.0 s", "3.0 s", "25.00%", "4.2 s", "2.5 s", "not back in 14.0 s"):
        assert figure in table


def test_who_spent_the_budget_is_tabled(bare_run: RunFolder) -> None:
    page = write_reports(bare_run, small_verdict()).report_html.read_text()
    start = page.index("Who spent the budget")
    table = page[start : page.index("</table>", start)]
    assert "redis-down" in table
    assert "1,800%" in table

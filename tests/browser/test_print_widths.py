"""Pages beside the report, printed: no table is wider than a sheet of A4, whatever it has to tell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.comparison_record import ComparisonRecord
from evidence.month_record import MonthObjective, MonthRecord
from evidence.verdict_record import Verdict
from reports.comparison.page import render_comparison_page
from reports.month.page import render_page
from tests.browser.chromium import Page
from tests.reports.comparison.made_comparison import made_comparison
from tests.reports.month.made_month import made_month

pytestmark = pytest.mark.production
_A4_WITHOUT_MARGINS_PX = 703
"""186 mm."""
_LONG = "elasticsearch-and-postgres-away"
_WIDER = (
    "[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth)"
    ".map(one => `${one.ariaLabel}: ${one.scrollWidth} of ${one.clientWidth}`)"
)


def wide_month() -> MonthRecord:
    """Tens of millions of requests, budgets overspent, a long tier and long names of sources."""
    made = made_month()
    return replace(
        made,
        objectives=tuple(_wide(one) for one in made.objectives),
        sources=tuple(replace(one, name=f"20261101T000000Z-{_LONG}") for one in made.sources),
    )


def _wide(one: MonthObjective) -> MonthObjective:
    result = replace(one.result, good=28_412_345, total=28_498_888, ratio=0.996963, budget=14_249.4)
    result = replace(result, consumed=6.07, verdict=Verdict.NOT_PROVEN)
    labels = {"tier": "enterprise", "operation": "search"}
    return replace(
        one,
        result=replace(result, labels=labels, threshold_ms=161.0, indicator="latency"),
        minutes_allowed=21.6,
        minutes_spent=1_131.1,
        excluded=1_260_123,
        excluded_bad=12_345,
    )


def wide_comparison() -> ComparisonRecord:
    """Long names of operations, faults and runs."""
    made = made_comparison(name="bulk-of-small-documents")
    return replace(
        made,
        runs=tuple(replace(one, id=f"20261124T120000Z-{_LONG}") for one in made.runs),
        cells=tuple(replace(one, fault=_LONG) for one in made.cells),
        changes=tuple(
            replace(one, scope=replace(one.scope, fault=_LONG) if one.scope.fault else one.scope)
            for one in made.changes
        ),
    )


@pytest.mark.parametrize(
    "rendered",
    [
        pytest.param(lambda: render_page(made_month()), id="month"),
        pytest.param(lambda: render_page(wide_month()), id="wide-month"),
        pytest.param(lambda: render_comparison_page(made_comparison()), id="comparison"),
        pytest.param(lambda: render_comparison_page(wide_comparison()), id="wide-comparison"),
    ],
)
async def test_on_paper_no_table_is_wider_than_the_sheet(
    page: Page, rendered: Callable[[], str], tmp_path: Path
) -> None:
    html = tmp_path / "page.html"
    html.write_text(rendered(), encoding="utf-8")
    await page.size(_A4_WITHOUT_MARGINS_PX, 1000)
    await page.emulate(printed=True)
    await page.open(html.as_uri())
    assert await page.evaluate(_WIDER) == []

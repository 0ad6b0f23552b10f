"""The pages beside the report, in a real browser: nothing fetched, no error, open to all, on every window."""

from pathlib import Path

import pytest

from reports.comparison.page import render_comparison_page
from reports.executive.page import render_executive
from reports.month.page import render_page
from reports.page import render_page as render_run_page
from reports.read_model import read_model
from tests.browser.axe import violations
from tests.browser.chromium import Page
from tests.reports.comparison.made_comparison import made_comparison
from tests.reports.made_verdicts import judged, undecided_verdict
from tests.reports.month.made_month import made_month
from tests.reports.synthetic_run import write_run

pytestmark = pytest.mark.production
PAGES = ("comparison", "month", "executive", "undecided")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file each."""
    made = tmp_path_factory.mktemp("pages")
    run = write_run(tmp_path_factory.mktemp("runs"), rate_per_s=50)
    contents = {
        "comparison": render_comparison_page(made_comparison()),
        "month": render_page(made_month()),
        "executive": render_executive(read_model(run, judged(run))),
        "undecided": render_run_page(read_model(run, undecided_verdict())),
    }
    for name, content in contents.items():
        (made / f"{name}.html").write_text(content, encoding="utf-8")
    return made


@pytest.mark.parametrize("name", PAGES)
async def test_nothing_is_fetched_and_nothing_goes_wrong(page: Page, folder: Path, name: str) -> None:
    url = (folder / f"{name}.html").as_uri()
    await page.open(url)
    assert page.console_errors == []
    assert [one.url for one in page.requests if not one.url.startswith("data:")] == [url]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
async def test_axe_finds_nothing(page: Page, folder: Path, name: str, dark: bool) -> None:
    await page.emulate(dark=dark)
    await page.open((folder / f"{name}.html").as_uri())
    await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert await violations(page) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
async def test_no_page_is_wider_than_the_window(page: Page, folder: Path, name: str, width: int) -> None:
    await page.size(width, 900)
    await page.open((folder / f"{name}.html").as_uri())
    assert await page.evaluate("document.documentElement.scrollWidth") == width

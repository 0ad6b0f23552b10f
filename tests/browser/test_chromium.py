"""The driver tells what happened in a page."""

from pathlib import Path

import pytest

from tests.browser.chromium import BrowserError, Page

pytestmark = pytest.mark.production

_PAGE = """<!doctype html><meta charset=utf-8><title>A page</title>
<style>
  :root { color-scheme: light dark; }
  p { color: light-dark(black, white); }
  @media print { p { color: red; } }
</style>
<p id=told>nothing</p><button onclick="told.textContent = 'pressed'">Press</button>
<script>
  console.error("said", 42);
  setTimeout(() => { document.title = "Later"; missing.x; }, 50);
</script>
<img src="http://127.0.0.1:9/absent.png" alt="">"""
_COLOUR = "getComputedStyle(told).color"


@pytest.fixture
def url(tmp_path: Path) -> str:
    file = tmp_path / "page.html"
    file.write_text(_PAGE, encoding="utf-8")
    return file.as_uri()


async def test_errors_and_requests_of_a_page_are_told(page: Page, url: str) -> None:
    await page.open(url)
    await page.wait_for("document.title == 'Later'")
    told = "\n".join(page.console_errors)
    assert "said 42" in told
    assert "missing is not defined" in told
    assert "ERR_" in told
    assert [one.url for one in page.requests] == [url, "http://127.0.0.1:9/absent.png"]


async def test_mouse_and_keyboard_reach_the_page(page: Page, url: str) -> None:
    await page.open(url)
    await page.press("Tab")
    await page.press("Enter")
    assert await page.evaluate("told.textContent") == "pressed"
    await page.evaluate("told.textContent = ''")
    await page.click("button")
    assert await page.evaluate("told.textContent") == "pressed"


async def test_what_a_reader_prefers_is_emulated(page: Page, url: str) -> None:
    await page.open(url)
    assert await page.evaluate(_COLOUR) == "rgb(0, 0, 0)"
    await page.emulate(dark=True)
    assert await page.evaluate(_COLOUR) == "rgb(255, 255, 255)"
    await page.emulate(printed=True)
    assert await page.evaluate(_COLOUR) == "rgb(255, 0, 0)"
    await page.emulate(scripts=False)
    await page.open(url)
    assert await page.evaluate("document.title") == "A page"


async def test_a_page_becomes_a_picture_and_a_document(page: Page, url: str) -> None:
    await page.open(url)
    assert (await page.screenshot(whole=True)).startswith(b"\x89PNG")
    assert (await page.pdf()).startswith(b"%PDF")


@pytest.mark.parametrize(("expression", "number"), [("0.5", 0.5), ("161", 161.0), ("-2", -2.0)])
async def test_a_whole_number_is_a_number_too(page: Page, expression: str, number: float) -> None:
    assert await page.number(expression) == number


async def test_what_throws_or_is_not_there_raises(page: Page, tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match="no such thing"):
        await page.evaluate("(() => { throw Error('no such thing') })()")
    with pytest.raises(BrowserError, match="No number"):
        await page.number("1 > 0")
    with pytest.raises(BrowserError, match=r"Not within 0.1 s: 1 > 2"):
        await page.wait_for("1 > 2", within_s=0.1)
    with pytest.raises(BrowserError, match="FILE_NOT_FOUND"):
        await page.open((tmp_path / "absent.html").as_uri())

"""The live page of a run, as people see and use it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.browser.axe import violations
from tests.browser.chromium import Page
from tests.browser.contrast import LEAST, least_contrast
from tests.stormproof.live.made_page import MadePage, made_page

pytestmark = pytest.mark.production
CUTTABLE = """
  const real = fetch, asked = [];
  let cut;
  window.fetch = (address, options) => {
    const controller = new AbortController();
    cut = () => controller.abort();
    asked.push(options.headers);
    return real(address, {...options, signal: controller.signal});
  };
"""
"""Lets the connection of a page be cut, and tells what the page asked with."""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[MadePage]:
    with made_page(tmp_path) as one:
        yield one


async def text(page: Page, selector: str) -> str:
    return str(await page.evaluate(f"document.querySelector('{selector}').innerText"))


async def test_it_shows_load_faults_and_budgets_and_asks_nobody_else(page: Page, made: MadePage) -> None:
    await page.open(made.address)
    await page.wait_for("stage.innerText == 'preparing'")
    made.begin()
    made.load(5)
    await page.wait_for("points.length && state.point.at_s >= 5")
    assert "20" in await text(page, "#figures")
    assert "redis-down" in await text(page, "#phase")
    assert "connection-refused verified" in await text(page, "#faults")
    budget = await text(page, "#budgets")
    assert "availability" in budget
    assert "500%" in budget, "10 of 200 were bad where 2 may be"
    await page.wait_for("health.innerText != 'Not asked yet.'")
    made.load(3, latency_ms=200, ok=15, timeout=5)
    await page.wait_for("state.point.at_s >= 8")
    assert await page.evaluate("document.querySelectorAll('#outcome-chart .area').length") == 2
    assert await page.evaluate("document.querySelectorAll('#load-chart rect.fault').length") == 1
    assert "timeout 15" in await text(page, "#operations")
    assert page.console_errors == []
    base = made.address.partition("#")[0]
    assert {one.url for one in page.requests} <= {base, made.address, f"{base}events", "data:,"}


async def test_who_comes_late_sees_the_same_and_the_verdict_with_its_report(
    page: Page, made: MadePage
) -> None:
    made.begin()
    made.load(20)
    await page.open(made.address)
    await page.wait_for("points.length && state.point.at_s >= 20")
    await asyncio.to_thread(made.end, "MISSED", "<img src=x onerror=alert(1)> missed", report="<h1>It</h1>")
    await page.wait_for("!ending.hidden")
    assert await text(page, "#verdict") == "MISSED"
    assert "<img src=x onerror=alert(1)> missed" in await text(page, "#reasons"), "told, not run"
    assert str(made.run.path / "report.html") in await text(page, "#links")
    link = await page.evaluate("document.querySelector('#links a').href")
    assert await page.evaluate("document.getElementById('abort').hidden")
    assert page.console_errors == []
    await page.open(str(link))
    assert await page.evaluate("document.querySelector('h1').innerText") == "It"


async def test_the_abort_button_asks_first_and_works_by_keyboard(page: Page, made: MadePage) -> None:
    made.begin()
    made.load(2)
    await page.open(made.address)
    await page.wait_for("!document.getElementById('abort').hidden")
    for _ in range(2):  # the way to the figures comes first
        await page.press("Tab")
    assert await page.evaluate("document.activeElement.id") == "abort"
    await page.press("Enter")
    await page.wait_for("sure.open && document.activeElement.id == 'keep'")
    await page.press("Escape")
    await page.wait_for("!sure.open")
    assert not made.aborted.is_set(), "nothing was confirmed"
    await page.press("Enter")
    await page.wait_for("sure.open")
    await page.press("Tab")
    await page.press("Enter")
    assert await asyncio.to_thread(made.aborted.wait, 10)
    await page.wait_for("document.getElementById('abort').innerText == 'Healing and draining'")
    assert "aborting" in await text(page, "#told"), "a screen reader is told"


async def test_it_comes_back_after_its_connection_was_lost(page: Page, made: MadePage) -> None:
    made.begin()
    made.load(3)
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=CUTTABLE)
    await page.open(made.address)
    await page.wait_for("points.length && state.point.at_s >= 3")
    await page.evaluate("cut()")
    await page.wait_for("asked.length == 2")
    made.load(3)
    await page.wait_for("document.getElementById('connection').hidden && state.point.at_s >= 6")
    assert await page.evaluate("Number(asked[1]['Last-Event-ID']) > 0"), "it goes on where it was"
    instants = await page.evaluate("points.map(one => one.at_s)")
    assert isinstance(instants, list)
    assert len(instants) == len({*map(str, instants)}), "nothing twice"


async def test_it_tells_when_nothing_is_heard(page: Page, made: MadePage) -> None:
    made.begin()
    made.load(3)
    await page.open(made.address)
    await page.wait_for("points.length && state.point.at_s >= 3")
    process = psutil.Process(made.page.pid)
    process.suspend()
    await page.wait_for("document.getElementById('connection').innerText.includes('Nothing was heard')")
    process.resume()
    await page.wait_for("document.getElementById('connection').hidden")


async def test_it_is_legible_in_light_in_dark_and_on_a_small_screen(page: Page, made: MadePage) -> None:
    made.begin()
    made.load(5, ok=18, timeout=2)
    for dark in (False, True):
        await page.emulate(dark=dark)
        await page.open(made.address)
        await page.wait_for("points.length && state.point.at_s >= 5")
        contrast, of_what = await least_contrast(page)
        assert contrast >= LEAST, of_what
    await page.size(360, 740)
    assert await page.evaluate("document.documentElement.scrollWidth <= 360")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_before_the_load_under_a_fault_and_at_the_end(
    page: Page, made: MadePage, dark: bool
) -> None:
    await page.emulate(dark=dark)
    await page.open(made.address)
    await page.wait_for("stage.innerText == 'preparing'")
    assert await violations(page) == []
    made.begin()
    made.load(5, ok=18, timeout=2)
    await page.wait_for("points.length && state.point.at_s >= 5 && health.innerText != 'Not asked yet.'")
    assert await violations(page) == []
    await page.click("#abort")
    await page.wait_for("sure.open")
    assert await violations(page) == []
    await page.press("Escape")
    await asyncio.to_thread(made.end, "MISSED", "the promise was missed", report="<h1>It</h1>")
    await page.wait_for("!ending.hidden")
    assert await violations(page) == []
    assert page.console_errors == []


async def test_another_s_address_is_told_what_is_wrong(page: Page, made: MadePage) -> None:
    await page.open(made.address.partition("#")[0])
    await page.wait_for("document.getElementById('connection').innerText.includes('second half')")
    await page.open("about:blank")
    await page.open(made.address + "x")
    await page.wait_for("document.getElementById('connection').innerText.includes('not that of the run')")

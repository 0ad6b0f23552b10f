"""Takes the pictures of docs/ again: look at each before it is committed.

python -m tests.browser.pictures runs/<id of a demo>           report.png, report-dark.png, comparison.png
python -m tests.browser.pictures --live 'http://127.0.0.1:…'   live.png, once a fault of that run is verified
"""

import argparse
import asyncio
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from evidence.comparison_record import LeastEffects
from evidence.run_folder import RunFolder
from reports.comparison.page import render_comparison_page
from reports.page import render_page
from reports.read_model import read_model
from slo.comparison.compare import Sides, compare
from stormproof.run.inputs import kept_objectives
from tests.browser.chromium import Browser, Page, chromium
from tests.slo.comparison.made_runs import shop_requests, write_shop_run

DOCS = Path(__file__).parents[2] / "docs"
WIDTH = 1180
_FAULT_HELD = (
    "state && state.faults.some(one => one.state === 'verified' && state.point.at_s > one.from_s + 15)"
)


async def take_report(browser: Browser, run: RunFolder, folder: Path) -> None:
    """Its top in light, its latency in dark: of the run as the present code shows it."""
    html = folder / "report.html"
    html.write_text(render_page(read_model(run, run.read_verdict(), kept_objectives(run))), encoding="utf-8")
    async with browser.page(WIDTH, 1430) as page:
        await page.open(html.as_uri())
        await _keep(page, "report.png")
    async with browser.page(WIDTH, 1230) as page:
        await page.emulate(dark=True, reduced_motion=True)
        await page.open(html.as_uri())
        await page.evaluate("document.getElementById('latency').scrollIntoView()")
        await _keep(page, "report-dark.png")


async def take_comparison(browser: Browser, folder: Path) -> None:
    """Of two made runs, the second with a slower operation and a later recovery."""
    before = write_shop_run(folder / "20270115T080000Z-shop", shop_requests(1))
    after = write_shop_run(folder / "20270116T080000Z-shop", shop_requests(3, slower_get=1.3, until_s=44))
    record = compare(Sides((before,), (after,)), LeastEffects(latency=0.1, availability=0.02))
    html = folder / "comparison.html"
    html.write_text(render_comparison_page(record), encoding="utf-8")
    async with browser.page(WIDTH, 1560) as page:
        await page.open(html.as_uri())
        await _keep(page, "comparison.png")


async def take_live(browser: Browser, address: str, within_s: float) -> None:
    """Fifteen seconds into the first fault that it shows."""
    async with browser.page(1280, 900) as page:
        await page.open(address)
        await page.wait_for(_FAULT_HELD, within_s)
        await _keep(page, "live.png", whole=True)


async def _keep(page: Page, name: str, *, whole: bool = False) -> None:
    picture = Image.open(io.BytesIO(await page.screenshot(whole=whole))).convert("RGB")
    # The octree keeps colours that few pixels have: those of a legend.
    picture.quantize(256, Image.Quantize.FASTOCTREE).save(DOCS / name, optimize=True)
    sys.stdout.write(f"{DOCS / name}\n")


async def _take(run: RunFolder | None, live: str | None) -> None:
    with TemporaryDirectory() as folder:
        async with chromium() as browser:
            if live is not None:
                await take_live(browser, live, within_s=300)
            if run is not None:
                await take_report(browser, run, Path(folder))
                await take_comparison(browser, Path(folder))


def main(arguments: Sequence[str]) -> None:
    """Take what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run", nargs="?", type=Path, help="the folder of a demo's run")
    parser.add_argument("--live", metavar="ADDRESS", help="of a live page, with what follows its #")
    asked = parser.parse_args(arguments)
    asyncio.run(_take(None if asked.run is None else RunFolder(asked.run.absolute()), asked.live))


if __name__ == "__main__":
    main(sys.argv[1:])

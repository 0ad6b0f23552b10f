"""axe-core (https://github.com/dequelabs/axe-core) on a page: what keeps people out."""

from importlib.util import find_spec
from pathlib import Path

from tests.browser.chromium import Page

_PACKAGE = "axe_playwright_python"
_START = """window.found = undefined; axe.run(document, {resultTypes: ["violations"]}).then(result => {
  window.found = result.violations.map(one =>
    `${one.id} (${one.impact}): ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target).join(" | ")}`);
}); true"""


def axe_script() -> str:
    """The script, from the package that ships it. Raises LookupError where it is not installed."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise LookupError(
            "axe-playwright-python is not installed: uv pip install --no-deps axe-playwright-python"
        )
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


async def violations(page: Page) -> list[str]:
    """Every rule that the page breaks, with the elements that break it."""
    await page.evaluate(f"{axe_script()}; true")
    await page.evaluate(_START)
    await page.wait_for("window.found !== undefined", within_s=90)
    told = await page.evaluate("window.found")
    assert isinstance(told, list)
    return [str(one) for one in told]

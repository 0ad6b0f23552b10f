"""Every link of every page leads somewhere, and every page can be found."""

import pytest

from tests.docs.page import DOCS, Page, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path.name)
def test_every_link_leads_somewhere(page: Page) -> None:
    for link in page.links():
        name, _, anchor = link.partition("#")
        target = (page.path.parent / name).resolve() if name else page.path
        assert target.exists(), link
        if anchor:
            assert anchor in Page(target).anchors(), link


def test_every_page_is_in_the_index() -> None:
    index = Page(DOCS / "README.md")
    named = {link.partition("#")[0] for link in index.links()}
    assert {path.name for path in DOCS.glob("*.md")} - {"README.md"} <= named


def test_the_readme_leads_to_the_index() -> None:
    readme = Page(DOCS.parent / "README.md")
    assert "docs/README.md" in set(readme.links())
    assert [command.line.split("#")[0].strip() for command in readme.commands()][:2] == [
        "make demo",
        "make test",
    ]

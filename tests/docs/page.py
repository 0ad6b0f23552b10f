"""A page, read: its files, its commands with the exit codes that it names, its links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
_EXITS = re.compile(r"\s*# exits (\d+(?:(?:, | or )\d+)*)$")


@dataclass(frozen=True, slots=True)
class PageCommand:
    """A line that is typed into a shell."""

    line: str
    exits: frozenset[int]
    """What it may end with."""


@dataclass(frozen=True, slots=True)
class Page:
    """A file in Markdown."""

    path: Path

    @property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text()

    def blocks(self, language: str) -> list[str]:
        """Its fenced blocks of that language."""
        return re.findall(rf"^```{language}\n(.*?)^```", self.text, re.DOTALL | re.MULTILINE)

    def files(self) -> dict[str, str]:
        """Blocks whose first line is a comment with a file's name, by that name."""
        return {
            match[1]: block
            for language in ("yaml", "python", "csv")
            for block in self.blocks(language)
            if (match := re.match(r"# (\S+\.\w+)\n", block))
        }

    def commands(self) -> Iterator[PageCommand]:
        """Every line of its sh blocks, in order; it exits with 0 unless a comment says otherwise."""
        for line in "".join(self.blocks("sh")).replace("\\\n", " ").splitlines():
            if line.strip():
                said = _EXITS.search(line)
                codes = re.findall(r"\d+", said[1]) if said else ["0"]
                yield PageCommand(_EXITS.sub("", line), frozenset(map(int, codes)))

    def links(self) -> Iterator[str]:
        """Where it leads to, but for addresses on the web."""
        prose = re.sub(r"^```.*?^```", "", self.text, flags=re.DOTALL | re.MULTILINE)
        for link in re.findall(r"\]\(([^)\s]+)\)", prose):
            if not link.startswith(("http://", "https://")):
                yield link

    def anchors(self) -> frozenset[str]:
        """Of its headings, as GitHub makes them."""
        headings = re.findall(r"^#+ (.*)$", self.text, re.MULTILINE)
        return frozenset(re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings)


def pages() -> list[Page]:
    """Every page for people."""
    outside = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md", "examples/README.md")
    return [Page(path) for path in (*sorted(DOCS.glob("*.md")), *(REPOSITORY / name for name in outside))]

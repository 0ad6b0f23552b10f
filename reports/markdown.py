"""Markdown that shows text as it is, and fits a comment."""

import re
from collections.abc import Iterable, Sequence

from reports.bidi import isolated
from reports.numbers import format_count, printable

MOST_CHARACTERS = 65_536
"""The longest comment that GitHub takes, on an issue or a pull request."""
MOST_ROWS = 40
"""Of one table or list."""
_LONGEST_TEXT = 400
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#|~])")
_CUT = "…cut to fit a comment: the report has all of it."


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    shown = printable(text)
    if len(shown) > _LONGEST_TEXT:
        shown = shown[: _LONGEST_TEXT - 1] + "…"
    escaped = _SPECIAL.sub(r"\\\1", isolated(shown))
    # An @ would call people, a < would begin HTML.
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace("@", "@\u200b")


def table(head: tuple[str, ...], sides: str, rows: Sequence[tuple[str, ...]]) -> str:
    """`sides`: l or r for each column."""
    rule = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def more(count: int, shown: int = MOST_ROWS) -> str:
    """What says that only `shown` of `count` are there; nothing where all are."""
    left = count - shown
    return f"\n\n…and {format_count(left)} more in the report." if left > 0 else ""


def bullets(lines: Sequence[str], *, escaped: bool = False) -> str:
    """A list of at most MOST_ROWS."""
    return "\n".join(f"- {line if escaped else plain(line)}" for line in lines[:MOST_ROWS])


def fitted(parts: Iterable[str]) -> str:
    """The parts, a blank line apart, as far as they fit a comment: whole lines, the first parts first."""
    text = "\n\n".join(part for part in parts if part) + "\n"
    if len(text) <= MOST_CHARACTERS:
        return text
    room = MOST_CHARACTERS - len(_CUT) - 3
    end = text.rfind("\n", 0, room)
    return text[: room if end < 0 else end] + f"\n\n{_CUT}\n"

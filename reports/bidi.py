"""Names of right-to-left scripts amid left-to-right text.

Unisolated, a name in Arabic or Hebrew draws the figures and signs beside it to its other side: readers see
another order than was written (Unicode Standard Annex 9). An isolate around the name holds the order of the
text. Files that programs read (CSV, JSON, JUnit) get none: there a name is the characters that it has.
"""

import re
import unicodedata
from functools import cache
from itertools import chain

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_BLOCKS = (range(0x590, 0x900), range(0xFB1D, 0xFF00), range(0x10800, 0x11000), range(0x1E800, 0x1F000))
"""Where Unicode keeps right-to-left scripts, in use or reserved."""
_ISOLATE_ELEMENT = r"<bdi>\g<0></bdi>"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_MARKUP = re.compile(r"<(script|style|svg|title|pre)\b.*?</\1>|<[^>]*>", re.DOTALL)


def isolated(text: str) -> str:
    """Text with an isolate around each name of a right-to-left script; other text is as it was."""
    if text.isascii():
        return text
    return _names().sub(lambda name: f"{_FIRST_STRONG_ISOLATE}{name.group()}{_POP_ISOLATE}", text)


def isolated_in_page(html: str) -> str:
    """The same of a page, by `<bdi>`: what a reader copies is the bare name.

    Attributes, scripts, drawings and commands are as they were: a command that is copied must work.
    """
    names = _names()
    if not names.search(html):
        return html
    parts: list[str] = []
    end = 0
    for markup in _MARKUP.finditer(html):
        parts += (names.sub(_ISOLATE_ELEMENT, html[end : markup.start()]), markup.group())
        end = markup.end()
    return "".join((*parts, names.sub(_ISOLATE_ELEMENT, html[end:])))


@cache
def _names() -> re.Pattern[str]:
    """From a strong right-to-left character to the last one of the same name: marks, digits, blanks, hyphens
    and underscores between them belong to it, a comma or a Latin letter does not.
    """
    letters, marks = [], []
    for code in chain(*_BLOCKS):
        kind = unicodedata.bidirectional(chr(code))
        if kind in _RIGHT_TO_LEFT:
            letters.append(chr(code))
        elif kind in {"NSM", "AN"}:
            marks.append(chr(code))
    letter, mark = "".join(map(re.escape, letters)), "".join(map(re.escape, marks))
    return re.compile(rf"[{letter}](?:[{letter}{mark}\d _-]*[{letter}])?[{mark}]*")

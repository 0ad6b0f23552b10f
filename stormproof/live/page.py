"""The page: one HTML document, that asks nobody but its own server."""

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from reports.palette import css_variables

_ROOM = files("stormproof.live")
_STYLE, _SCRIPT = "/*STYLE*/", "/*SCRIPT*/"


@dataclass(frozen=True, slots=True)
class Page:
    """What is sent."""

    html: bytes
    policy: str
    """Its Content-Security-Policy: this style and this script, this server, and nothing else."""


def read_page() -> Page:
    """Put it together."""
    style = css_variables() + _text("page.css")
    script = _text("page.js") + _text("charts.js")
    html = _text("page.html").replace(_STYLE, style).replace(_SCRIPT, script)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return Page(html.encode(), policy)


def _text(name: str) -> str:
    return (_ROOM / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

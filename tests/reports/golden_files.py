"""Whole files that a form of the report is held to."""

import os
from pathlib import Path

_FOLDER = Path(__file__).parent / "golden"


def expect_golden(name: str, content: bytes) -> None:
    """Holds `content` to the golden file. With RENEW_GOLDEN set it writes the file first, and still fails
    when it differed: look at the difference, then run again without.
    """
    path = _FOLDER / name
    expected = path.read_bytes() if path.exists() else b""
    if os.environ.get("RENEW_GOLDEN"):
        path.write_bytes(content)
    assert content.decode() == expected.decode()

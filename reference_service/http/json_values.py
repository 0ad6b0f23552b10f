"""How many values a JSON text holds, found without making them."""

from __future__ import annotations


class JsonValues:
    """Counts as the text arrives. Each value costs what hundreds of bytes of a text cost to read.

    What ends a value (a comma) or opens one with others in it counts, outside of texts; no text that is JSON
    has more values than that and one.
    """

    __slots__ = ("_in_text", "_pending_backslash", "count")

    def __init__(self) -> None:
        self.count = 0
        self._in_text = False
        self._pending_backslash = False

    def feed(self, part: bytes) -> None:
        """The next bytes, however the text was cut."""
        if self._pending_backslash:
            part = part[1:]  # escaped, whatever it is
        backslashes = len(part) - len(part.rstrip(b"\\"))
        self._pending_backslash = backslashes % 2 == 1
        if b"\\" in part:
            if self._pending_backslash:
                part = part[:-1]
            # Only quotes that begin or end a text are left.
            part = part.replace(b"\\\\", b"").replace(b'\\"', b"")
        pieces = part.split(b'"')
        outside = b"".join(pieces[self._in_text :: 2])
        if len(pieces) % 2 == 0:
            self._in_text = not self._in_text
        self.count += outside.count(b",") + outside.count(b"[") + outside.count(b"{")

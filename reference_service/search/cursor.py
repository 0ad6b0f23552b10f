"""Where the next page of a long result begins: signed, so that nobody makes one up, for one query."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

import orjson

START = "*"
SIGNATURE_BYTES = 16
LONGEST = 8192


class CursorNotFoundError(Exception):
    """Nobody gave this cursor for this query to this tenant."""

    def __init__(self) -> None:
        super().__init__(f"this cursor was not given for this query; begin with cursor={START}")


class CursorExpiredError(Exception):
    """The view of the index that the cursor goes through has been given up."""

    def __init__(self) -> None:
        super().__init__(f"this cursor is too old; begin again with cursor={START}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """`view`: a point in time of the index, which stays as it is; `after`: sort values of the last hit."""

    view: str
    after: tuple[float | int, ...]


class CursorCodec:
    """Cursors as clients see them. The signature covers tenant and query: no other may use it."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"search cursors", "sha256")

    def encode(self, cursor: Cursor, bound_to: str) -> str:
        """Text for a URL."""
        body = orjson.dumps([cursor.view, cursor.after])
        return base64.urlsafe_b64encode(self._sign(body, bound_to) + body).decode().rstrip("=")

    def decode(self, text: str, bound_to: str) -> Cursor:
        """Raises CursorNotFoundError for one that was not given for this query to this tenant."""
        try:
            raw = base64.b64decode(text[:LONGEST] + "=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError as error:
            raise CursorNotFoundError from error
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(body, bound_to)):
            raise CursorNotFoundError
        view, after = orjson.loads(body)
        return Cursor(view, tuple(after))

    def _sign(self, body: bytes, bound_to: str) -> bytes:
        return hmac.digest(self._key, bound_to.encode() + b"\0" + body, "sha256")[:SIGNATURE_BYTES]

"""JSON Pointer (RFC 6901): a place in a JSON document, as /items/0/id."""

import re
from dataclasses import dataclass

_INDEX = re.compile(r"0|[1-9]\d*")
_TILDE_ALONE = re.compile(r"~(?![01])")


class Missing:
    """There is nothing at that place; null is something."""


MISSING = Missing()


@dataclass(frozen=True, slots=True)
class Pointer:
    """Taken apart once."""

    text: str
    tokens: tuple[str, ...]

    def find(self, body: object) -> object:
        """What stands there, MISSING where there is no such place."""
        for token in self.tokens:
            if isinstance(body, dict):
                body = body.get(token, MISSING)
            elif isinstance(body, list) and _INDEX.fullmatch(token) and int(token) < len(body):
                body = body[int(token)]
            else:
                return MISSING
        return body


def parse_pointer(text: str) -> Pointer:
    """Raises ValueError. The empty pointer is the whole document."""
    if text and not text.startswith("/"):
        raise ValueError("must be a JSON Pointer (RFC 6901), as /items/0/id")
    if _TILDE_ALONE.search(text):
        raise ValueError("must write ~ as ~0 (and / within a name as ~1)")
    return Pointer(text, tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:]))

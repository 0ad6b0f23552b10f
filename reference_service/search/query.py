"""A search as the client asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from reference_service.errors import InvalidInputError

ALLOWED = ("q", "limit", "offset")
DEFAULT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Bounds:
    """The analysis, section 5.3: at most 100 results a page, bounded queries."""

    page_size: int
    result_window: int
    query_length: int


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Text and page."""

    text: str
    limit: int
    offset: int

    def fingerprint(self) -> str:
        """Names the query in caches and logs without telling its text."""
        raw = f"{self.limit}\0{self.offset}\0{self.text}".encode()
        return hashlib.blake2b(raw, digest_size=16).hexdigest()


def parse_search(parameters: Mapping[str, str], bounds: Bounds) -> SearchQuery:
    """The query in these URL parameters. Raises InvalidInputError."""
    for name in parameters:
        if name not in ALLOWED:
            raise InvalidInputError(name, f"no such parameter; allowed are {', '.join(ALLOWED)}")
    text = " ".join(parameters.get("q", "").split())
    if not text or len(text) > bounds.query_length:
        raise InvalidInputError("q", f"text of 1 to {bounds.query_length} characters is required")
    limit = _integer("limit", parameters.get("limit"), DEFAULT_LIMIT, 1, bounds.page_size)
    offset = _integer("offset", parameters.get("offset"), 0, 0, bounds.result_window - limit)
    return SearchQuery(text, limit, offset)


def _integer(name: str, value: str | None, default: int, low: int, high: int) -> int:
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value[:9]) <= high or len(value) > 9:
        raise InvalidInputError(name, f"a whole number from {low} to {high}")
    return int(value)

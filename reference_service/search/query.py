"""A search as the client asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reference_service.documents.document import parse_json, read_object
from reference_service.errors import NAMED, InvalidInputError
from reference_service.search import cursor as cursors
from reference_service.search.clause import (
    Clause,
    ClauseBounds,
    Prefix,
    Text,
    check_tag,
    check_text,
    read_clause,
)

PARAMETERS = ("q", "prefix", "tags", "fields", "highlight", "limit", "offset", "cursor")
BODY_FIELDS = ("query", "tags", "fields", "highlight", "limit", "offset", "cursor")
FIELDS = ("title", "snippet", "tags", "content")
DEFAULT_FIELDS = ("title", "snippet")
DEFAULT_LIMIT = 10
MOST_TAGS = 10


@dataclass(frozen=True, slots=True)
class Bounds:
    """The analysis, section 5.3: at most 100 results a page, bounded queries."""

    page_size: int
    result_window: int
    clause: ClauseBounds


@dataclass(frozen=True)  # without slots: it remembers its fingerprint
class SearchQuery:
    """What is searched for, what is wanted of each hit, and which page. `cursor` is the client's text."""

    clause: Clause
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    highlight: bool
    limit: int
    offset: int
    cursor: str | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Names the page in caches and logs without telling its text."""
        return _digest(f"{self.limit} {self.offset} {self.cursor or ''} {self.subject()}")

    def subject(self) -> str:
        """Names the query without its page."""
        return _digest(f"{self.fields} {self.highlight} {self.tags} {self.clause}")


def parse_search(parameters: Mapping[str, str], bounds: Bounds) -> SearchQuery:
    """The query in these URL parameters. Raises InvalidInputError."""
    for name in parameters:
        if name not in PARAMETERS:
            raise InvalidInputError(name, f"no such parameter; allowed are {', '.join(PARAMETERS)}")
    text = check_text("q", parameters.get("q", ""), bounds.clause)
    as_you_type = _flag("prefix", parameters.get("prefix"), default=False)
    return _query(
        Prefix(text) if as_you_type else Text(text),
        _list(parameters.get("tags")),
        _list(parameters.get("fields")),
        _flag("highlight", parameters.get("highlight"), default=True),
        _Page(_number(parameters.get("limit")), _number(parameters.get("offset")), parameters.get("cursor")),
        bounds,
    )


def parse_search_body(body: bytes, bounds: Bounds) -> SearchQuery:
    """The query in a JSON body. Raises InvalidInputError."""
    raw = read_object(parse_json(body), BODY_FIELDS)
    highlight = raw.get("highlight", True)
    if not isinstance(highlight, bool):
        raise InvalidInputError("highlight", "true or false is required")
    return _query(
        read_clause(raw.get("query"), bounds.clause),
        raw.get("tags"),
        raw.get("fields"),
        highlight,
        _Page(raw.get("limit"), raw.get("offset"), raw.get("cursor")),
        bounds,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    limit: object
    offset: object
    cursor: object


def _query(
    clause: Clause, tags: object, wanted: object, highlight: bool, page: _Page, bounds: Bounds
) -> SearchQuery:
    limit = _integer("limit", page.limit, DEFAULT_LIMIT, 1, bounds.page_size)
    if page.cursor is not None and (
        not isinstance(page.cursor, str) or not 0 < len(page.cursor) <= cursors.LONGEST
    ):
        raise InvalidInputError("cursor", f"text of 1 to {cursors.LONGEST} characters is required")
    return SearchQuery(
        clause,
        tuple(sorted({check_tag("tags", tag) for tag in _texts("tags", tags, MOST_TAGS)})),
        _fields(wanted),
        highlight,
        limit,
        _integer("offset", page.offset, 0, 0, bounds.result_window - bounds.page_size),
        page.cursor if isinstance(page.cursor, str) else None,
    )


def _fields(wanted: object) -> tuple[str, ...]:
    if wanted is None:
        return DEFAULT_FIELDS
    names = list(_texts("fields", wanted, len(FIELDS)))
    for name in names:
        if name not in FIELDS:
            raise InvalidInputError("fields", f"no field {name[:NAMED]!r}; allowed are {', '.join(FIELDS)}")
    return tuple(name for name in FIELDS if name in names)


def _texts(name: str, value: object, most: int) -> Iterator[str]:
    if value is None:
        return
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
        raise InvalidInputError(name, f"a list of at most {most} texts is required")
    yield from value


def _list(value: str | None) -> Sequence[str] | None:
    return value.split(",") if value is not None else None


def _number(value: str | None) -> object:
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 9:
        return value
    return int(value)


def _flag(name: str, value: str | None, *, default: bool) -> bool:
    if value not in {None, "true", "false"}:
        raise InvalidInputError(name, "true or false is required")
    return default if value is None else value == "true"


def _integer(name: str, value: object, default: int, low: int, high: int) -> int:
    if value is None:
        return default
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 10.0 is a whole number in JSON
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidInputError(name, f"a whole number from {low} to {high}")
    return value


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

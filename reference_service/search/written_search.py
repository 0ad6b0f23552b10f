"""A search as JSON that is read back into the same search."""

from __future__ import annotations

import orjson

from reference_service.errors import InvalidInputError
from reference_service.search.clause import All, Any, Clause, Not, Prefix, Tag, Text
from reference_service.search.kept_searches import KnownSearch
from reference_service.search.query import Bounds, SearchQuery, parse_search_body


def write_search(search: KnownSearch) -> bytes:
    """The same bytes for the same search."""
    return orjson.dumps([search.tenant_id, body_of(search.query).decode()])


def read_search(written: bytes, bounds: Bounds) -> KnownSearch | None:
    """What `write_search` made; None when it is none, or one that is not allowed any more."""
    try:
        tenant_id, body = orjson.loads(written)
        return KnownSearch(str(tenant_id), parse_search_body(body.encode(), bounds))
    except (ValueError, TypeError, AttributeError, InvalidInputError):
        return None


def body_of(query: SearchQuery) -> bytes:
    """The body of POST /search that asks for the same."""
    body: dict[str, object] = {
        "query": _clause(query.clause),
        "fields": query.fields,
        "highlight": query.highlight,
        "limit": query.limit,
        "offset": query.offset,
    }
    if query.tags:
        body["tags"] = query.tags
    if query.cursor is not None:
        body["cursor"] = query.cursor
    return orjson.dumps(body)


def _clause(clause: Clause) -> dict[str, object]:
    match clause:
        case Text(text):
            return {"text": text}
        case Prefix(text):
            return {"prefix": text}
        case Tag(tag):
            return {"tag": tag}
        case Not(inner):
            return {"not": _clause(inner)}
        case All(clauses):
            return {"all": [_clause(one) for one in clauses]}
        case Any(clauses):
            return {"any": [_clause(one) for one in clauses]}

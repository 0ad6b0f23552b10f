"""How a search is put to Elasticsearch: only what the full and the minimal build both understand."""

from __future__ import annotations

from reference_service.search.clause import All, Any, Clause, Not, Prefix, Tag, Text
from reference_service.search.cursor import Cursor
from reference_service.search.query import SearchQuery

type Json = dict[str, object]

SNIPPET_CHARACTERS = 160
# Where Elasticsearch stops to look for snippets; without it, it refuses the search for one longer document.
# It counts in UTF-16, in which a content of as many characters as are allowed may be twice as long.
LOOKED_AT = 1_000_000
VIEW_KEEP = "1m"  # a point in time lives on for so long after each page
# What the service reads of an answer; the rest is not even serialised.
FILTER = (
    "timed_out",
    "pit_id",
    "_shards.failed",
    "hits.total.value",
    "hits.hits._id",
    "hits.hits._score",
    "hits.hits._source",
    "hits.hits.sort",
    "hits.hits.highlight",
)


def search_body(query: SearchQuery, time_limit_ms: int, cursor: Cursor | None = None) -> Json:
    """The request's body; with a cursor, the page behind it. Large fields come only when asked for."""
    source = [name for name in query.fields if name != "snippet"]
    body: Json = {
        "query": _filtered(query),
        "_source": source or False,
        "size": query.limit,
        "timeout": f"{time_limit_ms}ms",
    }
    if "snippet" in query.fields:
        body["highlight"] = _snippets(query.highlight)
    if cursor is None:
        body["from"] = query.offset
        return body
    body["pit"] = {"id": cursor.view, "keep_alive": VIEW_KEEP}
    # Behind the score stands the place in the view, which makes the order total.
    body["sort"] = [{"_score": "desc"}, {"_shard_doc": "asc"}]
    body["track_scores"] = True
    if cursor.after:
        body["search_after"] = list(cursor.after)
    return body


def _filtered(query: SearchQuery) -> Json:
    """Tags in filter context: they do not change the score, and Elasticsearch keeps their results."""
    clause = put(query.clause)
    if not query.tags:
        return clause
    return {"bool": {"must": [clause], "filter": [{"term": {"tags": tag}} for tag in query.tags]}}


def put(clause: Clause) -> Json:
    """A clause in Elasticsearch's words."""
    match clause:
        case Text(text):
            return {
                "multi_match": {
                    "query": text,
                    "fields": ["title^3", "tags^2", "content"],
                    "type": "best_fields",
                    "tie_breaker": 0.3,
                    "minimum_should_match": "2<75%",
                }
            }
        case Prefix(text):
            return {"match_bool_prefix": {"title": {"query": text, "operator": "and"}}}
        case Tag(tag):
            return {"constant_score": {"filter": {"term": {"tags": tag}}, "boost": 0}}
        case All(clauses):
            return {"bool": {"must": [put(one) for one in clauses]}}
        case Any(clauses):
            return {"bool": {"should": [put(one) for one in clauses], "minimum_should_match": 1}}
        case Not(inner):
            return {"bool": {"must_not": [put(inner)]}}


def _snippets(highlight: bool) -> Json:
    """The part of the text that fits best, escaped for HTML; the words found stand in <em> if wanted."""
    marks: Json = {} if highlight else {"pre_tags": [""], "post_tags": [""]}
    return {
        **marks,
        "encoder": "html",
        "max_analyzed_offset": LOOKED_AT,
        "fields": {
            "content": {
                "fragment_size": SNIPPET_CHARACTERS,
                "number_of_fragments": 1,
                "no_match_size": SNIPPET_CHARACTERS,
            }
        },
    }

"""How a search is put to Elasticsearch: only what the full and the minimal build both understand."""

from __future__ import annotations

from reference_service.search.query import SearchQuery

type Json = dict[str, object]

SNIPPET_CHARACTERS = 160
# What the service reads of an answer; the rest is not even serialised.
FILTER = (
    "timed_out",
    "_shards.failed",
    "hits.total.value",
    "hits.hits._id",
    "hits.hits._score",
    "hits.hits._source.title",
    "hits.hits.highlight",
)


def search_body(query: SearchQuery, time_limit_ms: int) -> Json:
    """Words of the text in title, tags and content; of three words or more, three quarters must occur."""
    return {
        "query": {
            "multi_match": {
                "query": query.text,
                "fields": ["title^3", "tags^2", "content"],
                "type": "best_fields",
                "tie_breaker": 0.3,
                "minimum_should_match": "2<75%",
            }
        },
        "_source": ["title"],
        "highlight": {
            "encoder": "html",
            "fields": {
                "content": {
                    "fragment_size": SNIPPET_CHARACTERS,
                    "number_of_fragments": 1,
                    "no_match_size": SNIPPET_CHARACTERS,
                }
            },
        },
        "from": query.offset,
        "size": query.limit,
        "timeout": f"{time_limit_ms}ms",
    }

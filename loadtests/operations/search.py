"""Search: one or two popular words."""

from collections.abc import Mapping
from urllib.parse import quote_plus

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, authorization, is_text, is_whole_number

PAGE_SIZE = 10


class Search:
    """GET /search."""

    name = "search"

    def attempt(self, context: RequestContext) -> Attempt:
        """A first page for one word or two."""
        words = [context.popular_word() for _ in range(context.random.choice((1, 2)))]
        path = f"/search?q={quote_plus(' '.join(words))}&limit={PAGE_SIZE}"
        return Attempt(HttpRequest("GET", path, (authorization(context.owner()),)), _EXPECTATION)


def fault_of_page(body: object) -> str | None:
    """What is wrong with a page of hits."""
    if not isinstance(body, Mapping):
        return "a search answer must be a JSON object"
    hits = body.get("hits")
    if not isinstance(hits, list):
        return "a search answer must have a list of hits"
    if len(hits) > PAGE_SIZE:
        return f"{len(hits)} hits where at most {PAGE_SIZE} were asked for"
    if not is_whole_number(body.get("total")) or not isinstance(body.get("degraded"), bool):
        return "a search answer must have a whole number total and true or false as degraded"
    return next((fault for position, hit in enumerate(hits) if (fault := _fault_of_hit(position, hit))), None)


def _fault_of_hit(position: int, hit: object) -> str | None:
    if not isinstance(hit, Mapping) or not is_text(hit, "id", "title", "snippet"):
        return f"hits[{position}] must have id, title and snippet as text"
    if not isinstance(hit.get("score"), int | float):
        return f"hits[{position}] must have a number as score"
    return None


_EXPECTATION = Expectation(frozenset({200}), check_body=fault_of_page)

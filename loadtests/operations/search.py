"""Search: for popular words, as you type, page after page, or for what the session wrote."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote_plus

from pydantic import Field

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations import search_questions
from loadtests.operations.operation import Attempt, RequestContext, SessionPart
from loadtests.operations.options import STRICT
from loadtests.operations.search_page import PageRules
from loadtests.operations.search_questions import Question

FIELDS = "title,snippet,tags"
"""What is wanted of each hit: enough to see whether it is one."""


class SearchOf(StrEnum):
    """What is searched for."""

    POPULAR = "popular"
    """A word or two, by Zipf's law."""
    TOGETHER = "together"
    """Two words that all arrivals of the same stretch of time ask for, and nobody before them."""
    TYPING = "typing"
    """A word of which each step knows one letter more, from two on; repeated until it is whole."""
    PAGES = "pages"
    """One popular word, each step the next page; repeated until the last one."""
    CURSOR = "cursor"
    """The same by cursor, through a view that does not change."""
    WRITTEN = "written"
    """The document that the session wrote; repeated until it is found, or, once deleted, gone."""


@dataclass(frozen=True, slots=True)
class Search:
    """GET /search."""

    __pydantic_config__ = STRICT

    of: SearchOf = SearchOf.POPULAR
    page_size: Annotated[int, Field(ge=1, le=100)] = 10
    together_s: Annotated[float, Field(gt=0)] = 10.0
    """How long a stretch is whose arrivals ask for the same."""
    past_caches: bool = False
    """Of what is written: each search of a session asks for a page of another size, up to `page_size`, so
    that no cache has the answer to the one before. What is written is one document: it fits on any.
    """

    @property
    def name(self) -> str:
        """As in limits."""
        return "search"

    @property
    def session(self) -> SessionPart:
        """A search that goes on does so in a session."""
        needs = {"document"} if self.of is SearchOf.WRITTEN else ()
        alone = self.of in {SearchOf.POPULAR, SearchOf.TOGETHER}
        return SessionPart(frozenset(needs), alone=alone, looks=self.of is SearchOf.WRITTEN)

    def attempt(self, context: RequestContext) -> Attempt:
        """A page of hits."""
        question = self._question(context)
        size = 1 + context.step % self.page_size if self.past_caches else self.page_size
        rules = PageRules(context.owner(), context.titles, size, question.fault_of_match)
        further = "".join(f"&{name}={quote_plus(value)}" for name, value in question.further)
        path = f"/search?q={quote_plus(question.text)}&fields={FIELDS}&limit={size}{further}"
        expectation = Expectation(
            frozenset({200}),
            question.refusals,
            check_body=rules.fault_of,
            check_answer=question.fault_of_answer,
        )
        request = HttpRequest("GET", path, (context.authorization(),))
        return Attempt(request, expectation, learn=question.learn, lookup=question.lookup)

    def _question(self, context: RequestContext) -> Question:
        match self.of:
            case SearchOf.POPULAR:
                return search_questions.popular(context)
            case SearchOf.TOGETHER:
                return search_questions.together(context, self.together_s)
            case SearchOf.TYPING:
                return search_questions.typing(context)
            case SearchOf.PAGES:
                return search_questions.page(context, self.page_size)
            case SearchOf.CURSOR:
                return search_questions.cursor(context)
            case SearchOf.WRITTEN:
                return search_questions.written(context)

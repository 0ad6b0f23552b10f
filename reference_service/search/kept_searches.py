"""Answers of searches that are kept, those of popular ones for longer."""

from __future__ import annotations

from dataclasses import dataclass

from reference_service.caching.answer_cache import AnswerCache, Lookup
from reference_service.caching.popularity import Popularity
from reference_service.resilience import Deadline
from reference_service.search.query import SearchQuery


@dataclass(frozen=True, slots=True)
class KnownSearch:
    """A tenant's search that can be asked again."""

    tenant_id: str
    query: SearchQuery


class KeptSearches:
    """A change of the tenant's documents ends the longer life just as it ends the usual one."""

    def __init__(
        self, answers: AnswerCache, popularity: Popularity[KnownSearch], popular_fresh_s: float
    ) -> None:
        self._answers = answers
        self._popularity = popularity
        self._popular_fresh_s = popular_fresh_s

    async def look_up(self, tenant_id: str, query: SearchQuery, deadline: Deadline) -> Lookup:
        """What a client's search finds kept; counts it."""
        name = query.fingerprint
        is_popular = self._popularity.ask(f"{tenant_id} {name}", KnownSearch(tenant_id, query))
        fresh_s = self._popular_fresh_s if is_popular else None
        return await self._answers.look_up(tenant_id, name, deadline, fresh_s)

    async def peek(self, search: KnownSearch, deadline: Deadline) -> Lookup:
        """The same, and nobody asked."""
        return await self._answers.look_up(search.tenant_id, search.query.fingerprint, deadline)

    def store(self, tenant_id: str, query: SearchQuery, body: bytes, as_of_ms: int) -> None:
        """Keeps an answer, later."""
        self._answers.store(tenant_id, query.fingerprint, body, as_of_ms)

    def now_ms(self) -> int:
        """The time of day: what an answer is `as_of` when it is begun."""
        return self._answers.now_ms()

    def popular(self) -> list[KnownSearch]:
        """What clients of this worker ask for again and again; not the pages of a cursor, which end."""
        return [search for search in self._popularity.popular() if search.query.cursor is None]

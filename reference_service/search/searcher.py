"""Where a search's answer comes from: kept and fresh, live, kept and stale, or empty — and it says which."""

from __future__ import annotations

from collections.abc import Callable

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.search.query import SearchQuery
from reference_service.search.result import EMPTY_BODY, as_degraded


class Searcher:
    """A search never fails: the analysis, section 2.1, and its table of degradation, section 2.4."""

    def __init__(
        self,
        elasticsearch: Elasticsearch,
        cache: AnswerCache,
        reserve_s: float,
        count_results: Callable[[str, int], None],
    ) -> None:
        self._elasticsearch = elasticsearch
        self._count_results = count_results
        self._cache = cache
        self._reserve_s = reserve_s

    async def look_up(self, tenant_id: str, query: SearchQuery, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, query.fingerprint(), deadline)

    async def answer(self, tenant_id: str, query: SearchQuery, kept: Lookup, deadline: Deadline) -> Answer:
        """The best answer there is within the deadline."""
        if kept.freshness is Freshness.FRESH:
            return Answer(kept.body, Source.CACHE, kept.age_s)
        missed = (kept.missed,) if kept.missed else ()
        try:
            result = await self._elasticsearch.search(tenant_id, query, deadline, self._reserve_s)
        except DependencyUnavailableError as error:
            return _fallback(kept, (*missed, error.dependency))
        except DeadlineExceededError:
            return _fallback(kept, (*missed, "deadline"))
        self._count_results(tenant_id, result.total)
        body = result.body()
        if result.partial:
            return Answer(body, Source.LIVE, degraded=(*missed, "partial"))
        self._cache.store(tenant_id, query.fingerprint(), body)
        return Answer(body, Source.LIVE, degraded=missed)


def _fallback(kept: Lookup, degraded: tuple[str, ...]) -> Answer:
    if kept.freshness is Freshness.STALE:
        return Answer(as_degraded(kept.body), Source.STALE, kept.age_s, degraded)
    return Answer(EMPTY_BODY, Source.EMPTY, degraded=degraded)

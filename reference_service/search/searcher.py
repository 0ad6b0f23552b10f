"""Where a search's answer comes from: the sources of the table of degradation, until one answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.degradation import DegradationTable
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.search.query import SearchQuery
from reference_service.search.result import EMPTY_BODY, as_degraded


@dataclass(frozen=True, slots=True)
class Ask:
    """One search, and what the cache said of it."""

    tenant_id: str
    query: SearchQuery
    kept: Lookup
    deadline: Deadline


class Searcher:
    """A search never fails: the analysis, section 2.1; the last source always answers."""

    def __init__(
        self,
        table: DegradationTable,
        elasticsearch: Elasticsearch,
        cache: AnswerCache,
        reserve_s: float,
        count_results: Callable[[str, int], None],
    ) -> None:
        self._elasticsearch = elasticsearch
        self._count_results = count_results
        self._cache = cache
        self._reserve_s = reserve_s
        steps = {"cache": self._cached, "live": self._live, "stale": self._stale, "empty": self._empty}
        self._sources = table.chain("search", steps)

    async def look_up(self, tenant_id: str, query: SearchQuery, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, query.fingerprint(), deadline)

    async def answer(self, tenant_id: str, query: SearchQuery, kept: Lookup, deadline: Deadline) -> Answer:
        """The best answer there is within the deadline."""
        ask = Ask(tenant_id, query, kept, deadline)
        missed = [kept.missed] if kept.missed else []
        for source in self._sources:
            try:
                answer = await source(ask)
            except DependencyUnavailableError as error:
                missed.append(error.dependency)
            except DeadlineExceededError:
                missed.append("deadline")
            else:
                if answer is not None:
                    return replace(answer, degraded=(*missed, *answer.degraded)) if missed else answer
        raise DependencyUnavailableError("search", "no source of its table answered")

    async def _cached(self, ask: Ask) -> Answer | None:
        if ask.kept.freshness is not Freshness.FRESH:
            return None
        return Answer(ask.kept.body, Source.CACHE, ask.kept.age_s)

    async def _live(self, ask: Ask) -> Answer:
        result = await self._elasticsearch.search(ask.tenant_id, ask.query, ask.deadline, self._reserve_s)
        self._count_results(ask.tenant_id, result.total)
        body = result.body()
        if result.partial:
            return Answer(body, Source.LIVE, degraded=("partial",))
        self._cache.store(ask.tenant_id, ask.query.fingerprint(), body)
        return Answer(body, Source.LIVE)

    async def _stale(self, ask: Ask) -> Answer | None:
        if ask.kept.freshness is not Freshness.STALE:
            return None
        return Answer(as_degraded(ask.kept.body), Source.STALE, ask.kept.age_s)

    async def _empty(self, _: Ask) -> Answer:
        return Answer(EMPTY_BODY, Source.EMPTY)

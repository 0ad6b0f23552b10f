"""Where a search's answer comes from: the sources of the table of degradation, until one answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import Freshness, Lookup
from reference_service.caching.single_flight import SingleFlight
from reference_service.degradation import DegradationTable
from reference_service.observability.spans import SpanName, span
from reference_service.ports.elasticsearch import CEILING_S, Elasticsearch, FoundPage
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.search.cursor import START, Cursor, CursorCodec
from reference_service.search.kept_searches import KeptSearches
from reference_service.search.query import SearchQuery
from reference_service.search.result import SearchResult, as_degraded, empty_body


@dataclass(frozen=True, slots=True)
class Ask:
    """One search, and what the cache said of it."""

    tenant_id: str
    query: SearchQuery
    kept: Lookup
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Index:
    """Elasticsearch, what it leaves of a deadline, and who is known to have documents there."""

    elasticsearch: Elasticsearch
    reserve_s: float
    has_documents: Callable[[str], bool]


class Searcher:
    """A search never fails: the analysis, section 2.1; the last source always answers."""

    def __init__(
        self,
        table: DegradationTable,
        index: Index,
        kept: KeptSearches,
        cursors: CursorCodec,
        count_results: Callable[[str, int], None],
    ) -> None:
        self._elasticsearch = index.elasticsearch
        self._count_results = count_results
        self._has_documents = index.has_documents
        self._kept = kept
        self._cursors = cursors
        self._flights: SingleFlight[Answer] = SingleFlight("elasticsearch")
        self._reserve_s = index.reserve_s
        steps = {"cache": self._cached, "live": self._live, "stale": self._stale, "empty": self._empty}
        self._sources = table.chain("search", steps)

    async def look_up(self, tenant_id: str, query: SearchQuery, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._kept.look_up(tenant_id, query, deadline)

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
        """Many who miss the same page at once ask for it once, each until its own deadline."""
        if ask.query.cursor is not None:
            return await self._load(ask)
        within_s = ask.deadline.share_s(CEILING_S, self._reserve_s)
        key = f"{ask.tenant_id} {ask.query.fingerprint}"
        return await self._flights.run(key, lambda: self._load(ask), within_s)

    async def _load(self, ask: Ask) -> Answer:
        begun_ms = self._kept.now_ms()
        with span(SpanName.QUERY):
            cursor = await self._cursor(ask)
            page = await self._elasticsearch.search(
                ask.tenant_id,
                ask.query,
                cursor,
                ask.deadline,
                self._reserve_s,
                has_documents=self._has_documents(ask.tenant_id),
            )
        self._count_results(ask.tenant_id, page.total)
        with span(SpanName.SERIALIZE):
            body = SearchResult(page.hits, page.total, page.partial, self._next(ask, page)).body()
        if page.partial:
            return Answer(body, Source.LIVE, degraded=("partial",))
        if cursor is None:
            # A page of a view is worth nothing when the view is gone.
            self._kept.store(ask.tenant_id, ask.query, body, begun_ms)
        return Answer(body, Source.LIVE)

    async def _cursor(self, ask: Ask) -> Cursor | None:
        if ask.query.cursor is None:
            return None
        if ask.query.cursor == START:
            view = await self._elasticsearch.open_view(
                ask.tenant_id,
                ask.deadline,
                self._reserve_s,
                has_documents=self._has_documents(ask.tenant_id),
            )
            return Cursor(view, ())
        return self._cursors.decode(ask.query.cursor, _bound_to(ask))

    def _next(self, ask: Ask, page: FoundPage) -> str | None:
        """The cursor behind a page; none behind the last one."""
        if page.view is None or len(page.hits) < ask.query.limit:
            return None
        return self._cursors.encode(Cursor(page.view, page.after), _bound_to(ask))

    async def _stale(self, ask: Ask) -> Answer | None:
        if ask.kept.freshness is not Freshness.STALE:
            return None
        return Answer(as_degraded(ask.kept.body), Source.STALE, ask.kept.age_s)

    async def _empty(self, ask: Ask) -> Answer:
        return Answer(empty_body(ask.query.cursor), Source.EMPTY)


def _bound_to(ask: Ask) -> str:
    return f"{ask.tenant_id} {ask.query.subject()}"

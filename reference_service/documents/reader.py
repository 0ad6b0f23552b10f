"""Where one document is read from: the sources of the table of degradation, until one answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.degradation import DegradationTable
from reference_service.documents.holders import Holders
from reference_service.documents.holdings import Holdings, Version
from reference_service.errors import DocumentNotFoundError
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError

ELASTICSEARCH = "elasticsearch"


@dataclass(slots=True)
class Ask:
    """Which document, whose, by when; what the cache said of it, and, once they were asked, its holders.

    `missed` are those who did not say anything on the way.
    """

    tenant_id: str
    document_id: str
    kept: Lookup
    deadline: Deadline
    missed: list[str]
    held: Holdings | None = None


class DocumentReader:
    """Readers find what was acknowledged, whether or not Elasticsearch, or PostgreSQL, has it yet."""

    def __init__(self, table: DegradationTable, holders: Holders, cache: AnswerCache) -> None:
        self._holders = holders
        self._cache = cache
        steps = {
            "cache": self._cached,
            "live": self._live,
            "outbox": self._accepted,
            "journal": self._journaled,
            "stale": self._stale,
        }
        self._sources = table.chain("get", steps)

    async def look_up(self, tenant_id: str, document_id: str, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, document_id, deadline)

    async def answer(self, tenant_id: str, document_id: str, kept: Lookup, deadline: Deadline) -> Answer:
        """The document.

        Raises DocumentNotFoundError when everybody says that there is none, and when the newest that is known
        of it is its deletion; DependencyUnavailableError when somebody who may have it did not say, and when
        Elasticsearch lacks what PostgreSQL knows to be a document.
        """
        ask = Ask(tenant_id, document_id, kept, deadline, [kept.missed] if kept.missed else [])
        for source in self._sources:
            try:
                answer = await source(ask)
            except DependencyUnavailableError as error:
                ask.missed.append(error.dependency)
            except DeadlineExceededError:
                ask.missed.append("deadline")
            else:
                if answer is not None:
                    return replace(answer, degraded=(*ask.missed, *answer.degraded))
        held = await self._held(ask)
        gone = held.is_lost or isinstance(held.indexed, Exception)
        unsaid = ELASTICSEARCH if gone else held.accepted.missed[-1]
        raise DependencyUnavailableError(unsaid, "nobody else has the document", 3.0, tuple(ask.missed))

    async def _cached(self, ask: Ask) -> Answer | None:
        if ask.kept.freshness is not Freshness.FRESH:
            return None
        if not ask.kept.body:
            raise DocumentNotFoundError(ask.document_id)
        return Answer(ask.kept.body, Source.CACHE, ask.kept.age_s)

    async def _live(self, ask: Ask) -> Answer | None:
        held = await self._held(ask)
        if isinstance(held.indexed, Exception):
            raise held.indexed
        if held.is_lost and held.newest is None:
            raise DependencyUnavailableError(ELASTICSEARCH, "it lacks the document")
        if held.newest is not None:
            lost = (ELASTICSEARCH,) if held.is_lost else ()
            return _live(ask, held.newest, (*held.accepted.missed, *lost))
        if held.is_whole:
            raise DocumentNotFoundError(ask.document_id, tuple(ask.missed))
        return None

    async def _accepted(self, ask: Ask) -> Answer | None:
        accepted = (await self._held(ask)).accepted
        if accepted.unread_journal is not None:
            ask.missed.append("journal")
        if isinstance(accepted.in_outbox, Exception):
            raise accepted.in_outbox
        return _live(ask, accepted.newest) if accepted.newest is not None else None

    async def _journaled(self, ask: Ask) -> Answer | None:
        waiting = (await self._held(ask)).accepted.journaled
        return _live(ask, waiting) if waiting is not None else None

    async def _stale(self, ask: Ask) -> Answer | None:
        # That it was deleted once is no proof, so late, that there is no such document.
        if ask.kept.freshness is not Freshness.STALE or not ask.kept.body:
            return None
        return Answer(ask.kept.body, Source.STALE, ask.kept.age_s)

    async def _held(self, ask: Ask) -> Holdings:
        """Asks once. What not everybody was heard about is not kept: it may be older than it would look."""
        if ask.held is None:
            begun_ms = self._cache.now_ms()
            ask.held = await self._holders.ask(ask.tenant_id, ask.document_id, ask.deadline)
            newest = ask.held.newest
            if newest is not None and ask.held.is_whole and not ask.held.is_lost:
                self._cache.store_version(
                    ask.tenant_id, ask.document_id, newest.number, newest.body or b"", begun_ms
                )
        return ask.held


def _live(ask: Ask, version: Version, missed: tuple[str, ...] = ()) -> Answer:
    if version.body is None:
        raise DocumentNotFoundError(ask.document_id, (*ask.missed, *missed))
    return Answer(version.body, Source.LIVE, degraded=missed)

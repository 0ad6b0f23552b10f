"""Where one document is read from: kept and fresh, indexed, accepted but not yet indexed, kept and stale."""

from __future__ import annotations

from dataclasses import dataclass

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.documents.document import parse_stored
from reference_service.errors import DocumentNotFoundError
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.ports.postgres import Postgres
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.journal.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which document, whose, and by when."""

    tenant_id: str
    document_id: str
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Version:
    """A document's content at a version; None: deleted."""

    number: int
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Reserves:
    """Seconds of the deadline that are kept for asking the outbox, and for making the answer."""

    outbox_s: float
    answer_s: float


class DocumentReader:
    """Readers find what was acknowledged, whether or not Elasticsearch, or PostgreSQL, has it yet."""

    def __init__(
        self,
        elasticsearch: Elasticsearch,
        postgres: Postgres,
        journals: Neighbours,
        cache: AnswerCache,
        reserves: Reserves,
    ) -> None:
        self._elasticsearch = elasticsearch
        self._postgres = postgres
        self._journals = journals
        self._cache = cache
        self._reserves = reserves

    async def look_up(self, tenant_id: str, document_id: str, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, document_id, deadline)

    async def answer(self, tenant_id: str, document_id: str, kept: Lookup, deadline: Deadline) -> Answer:
        """The document. Raises DocumentNotFoundError, and DependencyUnavailableError when nobody can tell."""
        if kept.freshness is Freshness.FRESH:
            return _from_cache(document_id, kept, Source.CACHE, ())
        wanted = Wanted(tenant_id, document_id, deadline)
        missed = (kept.missed,) if kept.missed else ()
        journaled = await self._journaled(wanted)
        reserve_s = self._reserves.answer_s + self._reserves.outbox_s
        try:
            found = await self._elasticsearch.get(tenant_id, document_id, deadline, reserve_s)
        except DependencyUnavailableError as error:
            return await self._without_elasticsearch(wanted, kept, journaled, (*missed, error.dependency))
        except DeadlineExceededError:
            return await self._without_elasticsearch(wanted, kept, journaled, (*missed, "deadline"))
        if found is None:
            return await self._not_indexed(wanted, kept, journaled)
        version, document = found
        if journaled is not None and journaled.number > version:
            return _live(document_id, journaled, missed)
        body = document.body(document_id, version)
        self._cache.store_version(tenant_id, document_id, version, body)
        return Answer(body, Source.LIVE, degraded=missed)

    async def _not_indexed(self, wanted: Wanted, kept: Lookup, journaled: Version | None) -> Answer:
        missed = (kept.missed,) if kept.missed else ()
        try:
            accepted = _newer(journaled, await self._in_outbox(wanted))
        except (DependencyUnavailableError, DeadlineExceededError) as error:
            if journaled is not None:
                return _live(wanted.document_id, journaled, missed)
            # An accepted document is put into the cache at once: if the cache, too, says no, there is none.
            if kept.missed:
                raise DependencyUnavailableError(
                    "postgres", "whether the document was accepted is unknown"
                ) from error
            raise DocumentNotFoundError(wanted.document_id) from error
        if accepted is None:
            raise DocumentNotFoundError(wanted.document_id)
        return _live(wanted.document_id, accepted, missed)

    async def _without_elasticsearch(
        self, wanted: Wanted, kept: Lookup, journaled: Version | None, degraded: tuple[str, ...]
    ) -> Answer:
        try:
            accepted = _newer(journaled, await self._in_outbox(wanted))
        except DependencyUnavailableError as error:
            accepted, degraded = journaled, (*degraded, error.dependency)
        except DeadlineExceededError:
            accepted, degraded = journaled, (*degraded, "deadline")
        if accepted is not None:
            return _live(wanted.document_id, accepted, degraded)
        if kept.freshness is Freshness.STALE:
            return _from_cache(wanted.document_id, kept, Source.STALE, degraded)
        raise DependencyUnavailableError(
            "elasticsearch", "the document is kept nowhere else", retry_after_s=3.0
        )

    async def _journaled(self, wanted: Wanted) -> Version | None:
        change = await self._journals.newest(wanted.tenant_id, wanted.document_id)
        if change is None:
            return None
        return _version(wanted.document_id, change.version, change.document_json)

    async def _in_outbox(self, wanted: Wanted) -> Version | None:
        newest = await self._postgres.newest_in_outbox(
            wanted.tenant_id, wanted.document_id, wanted.deadline, self._reserves.answer_s
        )
        return _version(wanted.document_id, *newest) if newest is not None else None


def _version(document_id: str, number: int, stored_json: str | None) -> Version:
    body = parse_stored(stored_json).body(document_id, number) if stored_json is not None else None
    return Version(number, body)


def _newer(one: Version | None, other: Version | None) -> Version | None:
    return max((v for v in (one, other) if v is not None), key=lambda v: v.number, default=None)


def _live(document_id: str, version: Version, degraded: tuple[str, ...]) -> Answer:
    if version.body is None:
        raise DocumentNotFoundError(document_id)
    return Answer(version.body, Source.LIVE, degraded=degraded)


def _from_cache(document_id: str, kept: Lookup, source: Source, degraded: tuple[str, ...]) -> Answer:
    if not kept.body:
        raise DocumentNotFoundError(document_id)
    return Answer(kept.body, source, kept.age_s, degraded)

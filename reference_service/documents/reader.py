"""Where one document is read from: kept and fresh, indexed, accepted but not yet indexed, kept and stale."""

from __future__ import annotations

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.documents.document import parse_stored
from reference_service.errors import DocumentNotFoundError
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.ports.postgres import Postgres
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError


class DocumentReader:
    """Readers find what they were told was accepted, whether or not Elasticsearch has it yet."""

    def __init__(
        self,
        elasticsearch: Elasticsearch,
        postgres: Postgres,
        cache: AnswerCache,
        answer_reserve_s: float,
        outbox_reserve_s: float,
    ) -> None:
        self._elasticsearch = elasticsearch
        self._postgres = postgres
        self._cache = cache
        self._answer_reserve_s = answer_reserve_s
        self._outbox_reserve_s = outbox_reserve_s

    async def look_up(self, tenant_id: str, document_id: str, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, document_id, deadline)

    async def answer(self, tenant_id: str, document_id: str, kept: Lookup, deadline: Deadline) -> Answer:
        """The document. Raises DocumentNotFoundError, and DependencyUnavailableError when nobody can tell."""
        if kept.freshness is Freshness.FRESH:
            return _from_cache(document_id, kept, Source.CACHE, ())
        missed = (kept.missed,) if kept.missed else ()
        try:
            found = await self._elasticsearch.get(
                tenant_id, document_id, deadline, self._answer_reserve_s + self._outbox_reserve_s
            )
        except DependencyUnavailableError as error:
            return await self._without_elasticsearch(
                tenant_id, document_id, kept, deadline, (*missed, error.dependency)
            )
        except DeadlineExceededError:
            return await self._without_elasticsearch(
                tenant_id, document_id, kept, deadline, (*missed, "deadline")
            )
        if found is None:
            return await self._not_indexed(tenant_id, document_id, kept, deadline)
        version, document = found
        body = document.body(document_id, version)
        self._cache.store_version(tenant_id, document_id, version, body)
        return Answer(body, Source.LIVE, degraded=missed)

    async def _not_indexed(
        self, tenant_id: str, document_id: str, kept: Lookup, deadline: Deadline
    ) -> Answer:
        try:
            accepted = await self._accepted(tenant_id, document_id, deadline)
        except (DependencyUnavailableError, DeadlineExceededError) as error:
            # An accepted document is put into the cache at once: if the cache, too, says no, there is none.
            if kept.missed:
                raise DependencyUnavailableError(
                    "postgres", "whether the document was accepted is unknown"
                ) from error
            raise DocumentNotFoundError(document_id) from error
        if accepted is None:
            raise DocumentNotFoundError(document_id)
        return Answer(accepted, Source.LIVE, degraded=(kept.missed,) if kept.missed else ())

    async def _without_elasticsearch(
        self, tenant_id: str, document_id: str, kept: Lookup, deadline: Deadline, degraded: tuple[str, ...]
    ) -> Answer:
        try:
            accepted = await self._accepted(tenant_id, document_id, deadline)
        except DependencyUnavailableError as error:
            accepted, degraded = None, (*degraded, error.dependency)
        except DeadlineExceededError:
            accepted, degraded = None, (*degraded, "deadline")
        if accepted is not None:
            return Answer(accepted, Source.LIVE, degraded=degraded)
        if kept.freshness is Freshness.STALE:
            return _from_cache(document_id, kept, Source.STALE, degraded)
        raise DependencyUnavailableError(
            "elasticsearch", "the document is kept nowhere else", retry_after_s=3.0
        )

    async def _accepted(self, tenant_id: str, document_id: str, deadline: Deadline) -> bytes | None:
        newest = await self._postgres.newest_in_outbox(
            tenant_id, document_id, deadline, self._answer_reserve_s
        )
        if newest is None:
            return None
        version, stored_json = newest
        if stored_json is None:
            raise DocumentNotFoundError(document_id)
        return parse_stored(stored_json).body(document_id, version)


def _from_cache(document_id: str, kept: Lookup, source: Source, degraded: tuple[str, ...]) -> Answer:
    if not kept.body:
        raise DocumentNotFoundError(document_id)
    return Answer(kept.body, source, kept.age_s, degraded)

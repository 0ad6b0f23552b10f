"""Where one document is read from: the sources of the table of degradation, until one answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.degradation import DegradationTable
from reference_service.documents.document import parse_stored
from reference_service.documents.known_documents import KnownDocuments
from reference_service.errors import DocumentNotFoundError
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.ports.postgres import Postgres
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.journal.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class ReaderPorts:
    """Where documents are."""

    elasticsearch: Elasticsearch
    postgres: Postgres
    journals: Neighbours
    known: KnownDocuments


@dataclass(frozen=True, slots=True)
class Version:
    """A document's content at a version; None: deleted."""

    number: int
    body: bytes | None


@dataclass(slots=True)
class Ask:
    """Which document, whose, by when; what the cache said of it, and what the sources said on the way."""

    tenant_id: str
    document_id: str
    kept: Lookup
    deadline: Deadline
    missed: list[str]
    not_indexed: bool = False


@dataclass(frozen=True, slots=True)
class Reserves:
    """Seconds of the deadline that are kept for asking the outbox, and for making the answer.

    `live_s` are kept for Elasticsearch when the outbox is asked first.
    """

    live_s: float
    outbox_s: float
    answer_s: float


class DocumentReader:
    """Readers find what was acknowledged, whether or not Elasticsearch, or PostgreSQL, has it yet."""

    def __init__(
        self,
        table: DegradationTable,
        ports: ReaderPorts,
        cache: AnswerCache,
        reserves: Reserves,
    ) -> None:
        self._elasticsearch = ports.elasticsearch
        self._postgres = ports.postgres
        self._journals = ports.journals
        self._known = ports.known
        self._cache = cache
        self._reserves = reserves
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
        """The document. Raises DocumentNotFoundError, and DependencyUnavailableError when nobody can tell."""
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
                    return replace(answer, degraded=tuple(ask.missed))
        # An accepted document is put into the cache at once: if the cache, too, says no, there is none.
        if ask.not_indexed and (not ask.missed or not kept.missed):
            raise DocumentNotFoundError(document_id)
        raise DependencyUnavailableError(
            "elasticsearch", "the document is kept nowhere else", 3.0, tuple(ask.missed)
        )

    async def _cached(self, ask: Ask) -> Answer | None:
        if ask.kept.freshness is not Freshness.FRESH:
            return None
        return _from_cache(ask, Source.CACHE)

    async def _live(self, ask: Ask) -> Answer | None:
        if self._known.is_strange(ask.tenant_id, ask.document_id) and await self._is_absent(ask):
            raise DocumentNotFoundError(ask.document_id)
        reserve_s = self._reserves.answer_s + self._reserves.outbox_s
        found = await self._elasticsearch.get(ask.tenant_id, ask.document_id, ask.deadline, reserve_s)
        if found is None:
            ask.not_indexed = True
            return None
        number, document = found
        waiting = await self._waiting(ask)
        if waiting is not None and waiting.number > number:
            return _live(ask, waiting)
        body = document.body(ask.document_id, number)
        self._cache.store_version(ask.tenant_id, ask.document_id, number, body)
        return Answer(body, Source.LIVE)

    async def _is_absent(self, ask: Ask) -> bool:
        """Of a document that was none when the filter was made: whether it has not become one since.

        When PostgreSQL does not answer, Elasticsearch is asked as if there were no filter.
        """
        reserve_s = self._reserves.live_s + self._reserves.outbox_s + self._reserves.answer_s
        try:
            newest = await self._postgres.newest_in_outbox(
                ask.tenant_id, ask.document_id, ask.deadline, reserve_s
            )
        except (DependencyUnavailableError, DeadlineExceededError):
            return False
        if newest is not None:
            self._known.learn(ask.tenant_id, ask.document_id)
        return newest is None and await self._waiting(ask) is None

    async def _accepted(self, ask: Ask) -> Answer | None:
        newest = await self._postgres.newest_in_outbox(
            ask.tenant_id, ask.document_id, ask.deadline, self._reserves.answer_s
        )
        if newest is None:
            return None
        accepted, waiting = _version(ask.document_id, *newest), await self._waiting(ask)
        return _live(ask, waiting if waiting is not None and waiting.number > accepted.number else accepted)

    async def _journaled(self, ask: Ask) -> Answer | None:
        waiting = await self._waiting(ask)
        return _live(ask, waiting) if waiting is not None else None

    async def _stale(self, ask: Ask) -> Answer | None:
        if ask.kept.freshness is not Freshness.STALE or ask.not_indexed:
            return None
        return _from_cache(ask, Source.STALE)

    async def _waiting(self, ask: Ask) -> Version | None:
        change = await self._journals.newest(ask.tenant_id, ask.document_id)
        return _version(ask.document_id, change.version, change.document_json) if change is not None else None


def _version(document_id: str, number: int, stored_json: str | None) -> Version:
    body = parse_stored(stored_json).body(document_id, number) if stored_json is not None else None
    return Version(number, body)


def _live(ask: Ask, version: Version) -> Answer:
    if version.body is None:
        raise DocumentNotFoundError(ask.document_id)
    return Answer(version.body, Source.LIVE)


def _from_cache(ask: Ask, source: Source) -> Answer:
    if not ask.kept.body:
        raise DocumentNotFoundError(ask.document_id)
    return Answer(ask.kept.body, source, ask.kept.age_s)

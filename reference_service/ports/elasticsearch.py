"""Elasticsearch: one index per tenant behind an alias; searching, reading, and carrying changes in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import cast

from elastic_transport import ConnectionError as ElasticConnectionError
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from reference_service.documents.document import Document
from reference_service.observability.spans import SpanName, span
from reference_service.ports.bulk_request import (
    ENDING,
    LONGEST_ERROR,
    TOO_MANY_REQUESTS,
    Fate,
    ItemOutcome,
    Place,
    as_operations,
    lines_of,
    places_of,
)
from reference_service.ports.bulk_sending import send_in_parts
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.index_definition import IndexDefinition
from reference_service.ports.outbox_batch import OutboxRow
from reference_service.resilience import Deadline, DependencyUnavailableError, Guard
from reference_service.search.cursor import Cursor, CursorExpiredError
from reference_service.search.elasticsearch_query import FILTER, VIEW_KEEP, Json, search_body
from reference_service.search.query import SearchQuery
from reference_service.search.result import Hit

CEILING_S = 30.0
MOST_SHARD_WAIT_S = 1.0
UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page; `view` and `after` say where the next one begins, when it was asked for in a view."""

    hits: tuple[Hit, ...]
    total: int
    partial: bool
    view: str | None
    after: tuple[float | int, ...]


# What a tenant finds that never had anything indexed.
NOTHING_YET = FoundPage((), 0, partial=False, view=None, after=())


class Elasticsearch:
    """Every answer is bounded by its guard; the client retries nothing itself."""

    def __init__(
        self, client: AsyncElasticsearch, reads: Guard, writes: Guard, index: IndexDefinition
    ) -> None:
        self._client = client
        self.reads = reads
        self.writes = writes
        self._index = index
        self._with_alias: set[str] = set()

    async def search(
        self,
        tenant_id: str,
        query: SearchQuery,
        cursor: Cursor | None,
        deadline: Deadline,
        reserve_s: float,
        *,
        has_documents: bool,
    ) -> FoundPage:
        """What the tenant's index holds; with a cursor, what the view holds behind it.

        A tenant without an index has found nothing yet, unless it is known that it `has_documents`: then the
        index is gone. Raises CursorExpiredError, DependencyUnavailableError, DeadlineExceededError.
        """
        with span(SpanName.PARSE):
            body = search_body(query, int(deadline.share_s(CEILING_S, reserve_s) * 1000), cursor)
        # A view knows its index by itself.
        index = self._index.alias(tenant_id) if cursor is None else None
        try:
            with span(SpanName.EXECUTE):
                response = await self._read(
                    lambda: self._client.search(index=index, body=body, filter_path=FILTER),
                    deadline,
                    reserve_s,
                )
        except NotFoundError as error:
            if cursor is not None:
                raise CursorExpiredError from error
            if has_documents:
                raise self._gone() from error
            return NOTHING_YET
        return _page(cast("Mapping[str, object]", response.body), query)

    async def open_view(
        self, tenant_id: str, deadline: Deadline, reserve_s: float, *, has_documents: bool
    ) -> str:
        """A point in time of the tenant's index, if it has one, as `search` has it.

        Raises DependencyUnavailableError, DeadlineExceededError.
        """

        async def opened(*, of_nothing: bool) -> str:
            response = await self._client.open_point_in_time(
                index=self._index.alias(tenant_id), keep_alive=VIEW_KEEP, ignore_unavailable=of_nothing
            )
            return cast("str", response["id"])

        try:
            return await self._read(lambda: opened(of_nothing=False), deadline, reserve_s)
        except NotFoundError as error:
            if has_documents:
                raise self._gone() from error
            return await self._read(lambda: opened(of_nothing=True), deadline, reserve_s)

    async def get(
        self, tenant_id: str, document_id: str, deadline: Deadline, reserve_s: float
    ) -> tuple[int, Document] | None:
        """Version and document as last indexed. Raises DependencyUnavailableError, DeadlineExceededError."""
        try:
            response = await self._read(
                lambda: self._client.get(index=self._index.alias(tenant_id), id=document_id),
                deadline,
                reserve_s,
            )
        except NotFoundError:
            return None
        source = response["_source"]
        return response["_version"], Document(
            source["title"], source["content"], tuple(source.get("tags", ()))
        )

    def _gone(self) -> DependencyUnavailableError:
        return DependencyUnavailableError(self.reads.dependency, "the tenant's index is not there")

    async def _read[T](self, question: Callable[[], Awaitable[T]], deadline: Deadline, reserve_s: float) -> T:
        """Its answer. That an index is closed or blocked is its tenant's trouble: no breaker counts it."""
        try:
            return await self.reads.call(question, deadline, CEILING_S, reserve_s)
        except ApiError as error:
            if error.message in ENDING:
                raise DependencyUnavailableError(self.reads.dependency, error.message) from error
            raise

    async def apply(self, rows: Sequence[OutboxRow], deadline: Deadline) -> Sequence[ItemOutcome]:
        """Carries changes into the tenants' indices with their own versions.

        One tenant's trouble is its own: an index that cannot be made, takes no changes, or has no place to be
        puts off the tenant's changes. What is too large for one request goes in several, and what was not
        reached in time has no outcome. Raises DependencyUnavailableError when nothing is known of any.
        """
        troubled = await self._ensure_indices({row.tenant_id for row in rows}, deadline)
        put_off = [
            ItemOutcome(row, Fate.PUT_OFF, troubled[row.tenant_id])
            for row in rows
            if row.tenant_id in troubled
        ]
        wanted = [row for row in rows if row.tenant_id not in troubled]
        if not wanted:
            return put_off
        outcomes = await send_in_parts(
            wanted, lambda part: places_of(part, self._index), lambda places: self._send(places, deadline)
        )
        # Where an alias has gone since it was made sure of, it is made sure of again next time.
        self._with_alias.difference_update(o.row.tenant_id for o in outcomes if o.index_missing)
        return [*put_off, *outcomes]

    async def _send(self, places: Sequence[Place], deadline: Deadline) -> Sequence[Mapping[str, Json]]:
        # Elasticsearch waits for a shard that has no place, and all others with it: not for long.
        wait_s = min(MOST_SHARD_WAIT_S, deadline.remaining_s() / 3)
        response = await self.writes.call(
            lambda: self._client.bulk(
                operations=as_operations(lines_of(places)),
                timeout=f"{max(1, round(wait_s * 1000))}ms",
                filter_path=("items.*.status", "items.*.error"),
            ),
            deadline,
            CEILING_S,
        )
        return cast("list[dict[str, Json]]", response["items"])

    async def _ensure_indices(self, tenant_ids: Set[str], deadline: Deadline) -> Mapping[str, str]:
        """Makes indices that are missing; tenants whose index cannot be made now, with the reason.

        Raises DependencyUnavailableError when that goes for all of them and Elasticsearch is to blame.
        """
        missing = sorted(tenant_ids - self._with_alias)
        reserve_s = deadline.remaining_s() / 2
        results = await asyncio.gather(
            *(self._ensure_index(tenant_id, deadline, reserve_s) for tenant_id in missing),
            return_exceptions=True,
        )
        troubled: dict[str, str] = {}
        fault: BaseException | None = None
        for tenant_id, result in zip(missing, results, strict=True):
            if isinstance(result, ApiError | DependencyUnavailableError):
                troubled[tenant_id] = f"its index cannot be made: {result}"[:LONGEST_ERROR]
                fault = result if isinstance(result, DependencyUnavailableError) else fault
            elif result is not None:
                raise result
        if fault is not None and len(troubled) == len(tenant_ids):
            raise fault
        return troubled

    async def _ensure_index(self, tenant_id: str, deadline: Deadline, reserve_s: float) -> None:
        await self.writes.call(
            lambda: self._index.ensure(self._client, tenant_id), deadline, CEILING_S, reserve_s
        )
        self._with_alias.add(tenant_id)

    async def status(self) -> str:
        """The cluster's health: green, yellow or red. Raises the client's error."""
        response = await self._client.cluster.health(filter_path="status")
        return cast("str", response["status"])

    async def probe_read(self) -> None:
        """Raises unless a search is answered in full: health answers while searches are refused."""
        response = await self._client.search(
            index=self._index.probe, body={"size": 1}, ignore_unavailable=True
        )
        if response.get("timed_out") or response["_shards"]["failed"]:
            raise RuntimeError("the probe's search was answered in part")

    async def probe_write(self) -> None:
        """Raises unless a document is indexed."""
        await self._index.ensure_probe(self._client)
        await self._client.index(index=self._index.probe, id="1", document={"probe": True})

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()


def make_client(url: str, connections: int, tls: DependencyTls) -> AsyncElasticsearch:
    """A client that tries once, one node after another, and leaves time limits to the guard."""
    return AsyncElasticsearch(
        url.split(","),
        **tls.elasticsearch(url),
        connections_per_node=connections,
        request_timeout=CEILING_S,
        max_retries=0,
        retry_on_timeout=False,
        retry_on_status=(),
    )


def is_fault(error: Exception) -> bool:
    """Connection errors, 5xx, and 429: rejected execution or a tripped breaker of Elasticsearch's own."""
    if isinstance(error, ApiError):
        return error.status_code == TOO_MANY_REQUESTS or error.status_code >= 500
    return isinstance(error, TransportError | OSError)


def is_transient(error: Exception) -> bool:
    """503, 429 and lost or refused connections: the analysis, section 2.2. A time limit is none."""
    if isinstance(error, ApiError):
        return error.status_code in (TOO_MANY_REQUESTS, UNAVAILABLE)
    return isinstance(error, ElasticConnectionError) and not isinstance(error, ConnectionTimeout)


def _page(body: Mapping[str, object], query: SearchQuery) -> FoundPage:
    shards = cast("dict[str, int]", body.get("_shards", {}))
    outer = cast("dict[str, object]", body.get("hits", {}))
    total = cast("dict[str, int]", outer.get("total", {})).get("value", 0)
    raw_hits = cast("list[dict[str, object]]", outer.get("hits", []))
    after = cast("list[float | int]", raw_hits[-1].get("sort", [])) if raw_hits else []
    return FoundPage(
        tuple(_hit(raw, query) for raw in raw_hits),
        total,
        bool(body.get("timed_out")) or shards.get("failed", 0) > 0,
        cast("str | None", body.get("pit_id")),
        tuple(after),
    )


def _hit(raw: Mapping[str, object], query: SearchQuery) -> Hit:
    source = cast("dict[str, object]", raw.get("_source", {}))
    fields = {name: source.get(name, [] if name == "tags" else "") for name in query.fields}
    if "snippet" in query.fields:
        fragments = cast("dict[str, list[str]]", raw.get("highlight", {})).get("content", [""])
        fields["snippet"] = fragments[0]
    return Hit(cast("str", raw["_id"]), cast("float", raw["_score"]), fields)

"""Seeding's side of Elasticsearch."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import cast

import orjson
from elasticsearch import AsyncElasticsearch

from reference_service.documents.document import Document
from reference_service.ports.bulk_request import as_operations
from reference_service.ports.index_definition import IndexDefinition
from reference_service.seeding.database import SEEDED_VERSION

BATCH = 1000
PARALLEL = 3
WHILE_FILLING = "-1"  # no refresh until all is in


class SeedingFailedError(Exception):
    """Elasticsearch did not take the corpus."""


class Indices:
    """Counts, removes and fills the tenants' indices."""

    def __init__(self, client: AsyncElasticsearch, definition: IndexDefinition) -> None:
        self._client = client
        self._definition = definition

    async def counts(self) -> dict[str, int]:
        """Documents by tenant, of all indices of this service's prefix."""
        pattern = f"{self._definition.prefix}-*"
        aliases = await self._client.indices.get_alias(index=pattern, expand_wildcards="all")
        rows = await self._client.cat.indices(index=pattern, format="json", h="index,docs.count")
        by_index = {
            row["index"]: int(row["docs.count"] or 0) for row in cast("list[dict[str, str]]", rows.body)
        }
        found: dict[str, int] = {}
        for index, entry in aliases.body.items():
            for alias in entry["aliases"]:
                tenant_id = alias.removeprefix(f"{self._definition.prefix}-")
                found[tenant_id] = found.get(tenant_id, 0) + by_index.get(index, -1)
        return found

    async def remove(self, keep: Sequence[str]) -> None:
        """Deletes the indices of every tenant that is not to be kept."""
        kept = {self._definition.alias(tenant_id) for tenant_id in keep}
        pattern = f"{self._definition.prefix}-*"
        aliases = await self._client.indices.get_alias(index=pattern, expand_wildcards="all")
        gone = [index for index, entry in aliases.body.items() if not kept.intersection(entry["aliases"])]
        if gone:
            await self._client.indices.delete(index=gone)

    async def fill(
        self,
        corpora: Iterable[tuple[str, Iterable[tuple[str, Document]]]],
        tell: Callable[[int], None],
    ) -> None:
        """Makes each tenant's index and puts its documents in, several batches at a time."""
        tenants: list[str] = []
        running: set[asyncio.Task[int]] = set()
        filled = 0
        async for batch in self._batches(corpora, tenants):
            running.add(asyncio.create_task(self._send(batch)))
            # Batches are made while Elasticsearch works on earlier ones.
            if len(running) >= PARALLEL:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                filled += sum(task.result() for task in done)
                tell(filled)
            else:
                await asyncio.sleep(0)
        for task in asyncio.as_completed(running):
            filled += await task
        tell(filled)
        names = [self._definition.alias(tenant_id) for tenant_id in tenants]
        for some in itertools.batched(names, 50):
            settings = {"refresh_interval": self._definition.refresh_interval}
            await self._client.indices.put_settings(index=list(some), settings=settings)
            await self._client.indices.refresh(index=list(some))

    async def _batches(
        self, corpora: Iterable[tuple[str, Iterable[tuple[str, Document]]]], tenants: list[str]
    ) -> AsyncIterator[list[bytes | str]]:
        batch: list[bytes | str] = []
        for tenant_id, corpus in corpora:
            await self._definition.create(self._client, tenant_id, WHILE_FILLING)
            tenants.append(tenant_id)
            alias = self._definition.alias(tenant_id)
            for document_id, document in corpus:
                action = {
                    "_index": alias,
                    "_id": document_id,
                    "version": SEEDED_VERSION,
                    "version_type": "external",
                }
                batch += (orjson.dumps({"index": action}), document.stored_json())
                if len(batch) >= 2 * BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch

    async def _send(self, batch: list[bytes | str]) -> int:
        response = await self._client.bulk(
            operations=as_operations(batch), filter_path=("errors", "items.*.error")
        )
        if response["errors"]:
            first = next(item for item in response["items"] if item)
            raise SeedingFailedError(f"Elasticsearch refused documents of the corpus, the first with {first}")
        return len(batch) // 2

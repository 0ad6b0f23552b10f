"""A new index in the place of a tenant's present one: build, copy, swap, clear away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from reference_service.ports.elasticsearch import is_fault
from reference_service.ports.index_builds import IndexBuilds
from reference_service.ports.index_definition import MAPPINGS, IndexDefinition
from reference_service.reindexing.copier import PAGE, Copier, CopyInterruptedError

SWAP_LIMIT_S = 2.0
PAUSE_S = 0.5
# As long as a copy may take; what is forgotten all the same (by a restart) is buried at the end.
REMEMBER_DELETES = "24h"

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ReindexPolicy:
    """Seconds that Elasticsearch may be away, and that the old index outlives the swap, for views of it."""

    patience_s: float
    linger_s: float


class Reindexer:
    """However it ends, readers have one whole index; running it again clears up and begins anew.

    Every worker must run a release whose relay heeds `index_builds`.
    """

    def __init__(
        self,
        client: AsyncElasticsearch,
        builds: IndexBuilds,
        definition: IndexDefinition,
        policy: ReindexPolicy,
        say: Say,
    ) -> None:
        self._client = client
        self._builds = builds
        self._definition = definition
        self._policy = policy
        self._say = say

    async def run(self, tenant_id: str) -> None:
        """Raises ReindexRunningError, CopyRefusedError, and the drivers' errors when patience has ended."""
        async with self._builds.only_one(tenant_id):
            await self._clear(tenant_id)
            target = await self._patiently(lambda: self._create(tenant_id))
            await self._builds.begin(tenant_id, target)
            self._say(f"{tenant_id}: building {target}")
            await self._patiently(lambda: self._fill(tenant_id, target))
            await self._patiently(lambda: self._swap(tenant_id, target))
            self._say(f"{tenant_id}: {target} took its place")
            await asyncio.sleep(self._policy.linger_s)
            await self._clear(tenant_id)
            self._say(f"{tenant_id}: done")

    async def _clear(self, tenant_id: str) -> None:
        """Ends a build that was begun, or was left; only the index that readers use stays."""
        if await self._builds.target(tenant_id) is not None:
            async with self._builds.ending(tenant_id):
                pass
        await self._patiently(lambda: self._remove_unused(tenant_id))

    async def _remove_unused(self, tenant_id: str) -> None:
        alias = self._definition.alias(tenant_id)
        found = await self._indices(tenant_id)
        used = {index for index, aliases in found.items() if alias in aliases or index == alias}
        # Without the alias nobody knows which of them readers had.
        unused = [i for i in self._definition.numbered(tenant_id, found) if used and i not in used]
        if unused:
            await self._client.indices.delete(index=unused)
            self._say(f"{tenant_id}: removed {', '.join(unused)}")
        for index in found.keys() - set(unused):
            building = self._definition.building(index)
            if building in found[index]:
                await self._client.indices.delete_alias(index=index, name=building)

    async def _create(self, tenant_id: str) -> str:
        target = self._definition.following(tenant_id, await self._indices(tenant_id))
        settings = await self._definition.settings(self._client, self._definition.refresh_interval)
        await self._client.indices.create(
            index=target,
            settings={**settings, "gc_deletes": REMEMBER_DELETES},
            mappings=MAPPINGS,
            aliases={self._definition.building(target): {"is_write_index": True}},
        )
        return target

    async def _fill(self, tenant_id: str, target: str) -> None:
        alias = self._definition.alias(tenant_id)
        copier = Copier(self._client, self._definition.building(target))
        if await self._client.indices.exists(index=alias):
            await copier.copy(alias, lambda n, total: self._say(f"{tenant_id}: {n} of {total} documents"))
        after = ""
        while some := await self._builds.tombstones(tenant_id, after, PAGE):
            await copier.bury(some)
            after = some[-1].document_id

    async def _swap(self, tenant_id: str, target: str) -> None:
        alias = self._definition.alias(tenant_id)
        found = await self._indices(tenant_id)
        actions: list[Mapping[str, object]] = [
            {"remove": {"index": index, "alias": alias}}
            for index, aliases in found.items()
            if alias in aliases and index != target
        ]
        if alias in found:
            # Made before there were aliases: it gives its name away in the same step.
            actions.append({"remove_index": {"index": alias}})
        actions.append({"add": {"index": target, "alias": alias, "is_write_index": True}})
        async with self._builds.ending(tenant_id), asyncio.timeout(SWAP_LIMIT_S):
            # Nothing is delivered meanwhile: what searches found in the old index they find in the new one.
            await self._client.indices.refresh(index=target)
            await self._client.indices.update_aliases(actions=actions)
        await self._client.indices.put_settings(index=target, settings={"gc_deletes": None})

    async def _indices(self, tenant_id: str) -> dict[str, frozenset[str]]:
        """The tenant's indices, with their aliases."""
        alias = self._definition.alias(tenant_id)
        response = await self._client.indices.get_alias(index=f"{alias}*", expand_wildcards="all")
        aliases = {
            index: frozenset(cast("dict[str, object]", entry["aliases"]))
            for index, entry in response.body.items()
        }
        # The pattern also finds those of tenants whose names begin the same.
        own = {alias, *self._definition.numbered(tenant_id, aliases)}
        return {index: names for index, names in aliases.items() if index in own}

    async def _patiently[T](self, step: Callable[[], Awaitable[T]]) -> T:
        """The step, again and again while Elasticsearch is away: each may be made twice."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._policy.patience_s
        while True:
            try:
                return await step()
            except (ApiError, TransportError, CopyInterruptedError, TimeoutError) as error:
                transient = isinstance(error, CopyInterruptedError | TimeoutError) or is_fault(error)
                if not transient and not isinstance(error, ApiError):
                    raise
                # A view that went with a node is a 404: the copy begins again.
                lost_view = isinstance(error, ApiError) and error.status_code == 404
                if not (transient or lost_view) or loop.time() >= until_s:
                    raise
                self._say(f"waiting for Elasticsearch: {type(error).__name__}")
            await asyncio.sleep(PAUSE_S)

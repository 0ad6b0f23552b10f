"""The tenants' indices: names, settings, mappings. Figures: the analysis, section 5.1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from elasticsearch import AsyncElasticsearch, BadRequestError

MOST_SHARDS = 3

MAPPINGS: dict[str, object] = {
    "dynamic": "strict",
    "properties": {
        # index_prefixes: the structure that edge n-grams build, built by the field itself.
        "title": {
            "type": "text",
            "analyzer": "words",
            "index_prefixes": {"min_chars": 2, "max_chars": 10},
            "fields": {"exact": {"type": "keyword", "ignore_above": 500}},
        },
        "content": {"type": "text", "analyzer": "words"},
        "tags": {"type": "keyword"},  # keyword fields have doc_values
    },
}
ANALYSIS: dict[str, object] = {
    "analyzer": {
        "words": {"type": "custom", "tokenizer": "standard_words", "filter": ["lowercase"]},
    },
    "tokenizer": {"standard_words": {"type": "standard", "max_token_length": 100}},
}


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """One index per tenant, reached by its alias only, so that a new index can take its place."""

    prefix: str
    shards: int
    refresh_interval: str

    @property
    def probe(self) -> str:
        """The index that background probes use."""
        return f"probe-{self.prefix}"

    def alias(self, tenant_id: str) -> str:
        """What a tenant's index is called by everyone."""
        return f"{self.prefix}-{tenant_id}"

    def first_index(self, tenant_id: str) -> str:
        """The index behind the alias when it is made for the first time."""
        return f"{self.prefix}-{tenant_id}-000001"

    def building(self, index: str) -> str:
        """The alias by which an index is filled before it takes its place: no write makes it."""
        return f"building-{index}"

    def numbered(self, tenant_id: str, indices: Iterable[str]) -> Sequence[str]:
        """Those that are the tenant's, oldest first."""
        name = re.compile(re.escape(self.alias(tenant_id)) + r"-\d{6}")
        return sorted(index for index in indices if name.fullmatch(index))

    def following(self, tenant_id: str, indices: Iterable[str]) -> str:
        """The name of the tenant's next index."""
        last = [0, *(int(index[-6:]) for index in self.numbered(tenant_id, indices))][-1]
        return f"{self.alias(tenant_id)}-{last + 1:06}"

    async def ensure(self, client: AsyncElasticsearch, tenant_id: str) -> None:
        """Makes the tenant's index and alias unless they exist. Raises the client's errors."""
        alias = self.alias(tenant_id)
        if await client.indices.exists_alias(name=alias):
            return
        await self.create(client, tenant_id, self.refresh_interval)

    async def create(self, client: AsyncElasticsearch, tenant_id: str, refresh_interval: str) -> None:
        """Makes the index and its alias; one that another worker has just made is as good."""
        aliases = {self.alias(tenant_id): {"is_write_index": True}}
        settings = await self.settings(client, refresh_interval)
        try:
            await client.indices.create(
                index=self.first_index(tenant_id), settings=settings, mappings=MAPPINGS, aliases=aliases
            )
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    async def settings(self, client: AsyncElasticsearch, refresh_interval: str) -> dict[str, object]:
        """What an index is made with. Raises the client's errors."""
        return {
            "number_of_shards": self.shards or await self._shards_for(client),
            # Replicas follow the number of nodes: none on one node, which would stay yellow for ever.
            "auto_expand_replicas": "0-1",
            "refresh_interval": refresh_interval,
            "analysis": ANALYSIS,
        }

    async def ensure_probe(self, client: AsyncElasticsearch) -> None:
        """Makes the probes' index unless it exists."""
        if await client.indices.exists(index=self.probe):
            return
        settings: dict[str, object] = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        try:
            await client.indices.create(index=self.probe, settings=settings)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    async def _shards_for(self, client: AsyncElasticsearch) -> int:
        health = await client.cluster.health(filter_path="number_of_data_nodes")
        return max(1, min(MOST_SHARDS, int(health["number_of_data_nodes"])))

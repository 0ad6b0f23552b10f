"""The indices of tenants in Elasticsearch."""

from __future__ import annotations

from pydantic import BaseModel, Field


class IndicesSettings(BaseModel):
    """The indices of tenants in Elasticsearch."""

    # Indices: 5.1. Shards 0 means: as many as data nodes, at most three. Replicas follow the nodes (0 or 1).
    index_prefix: str = Field("documents", pattern=r"^[a-z][a-z0-9_-]{0,40}$")
    index_shards: int = Field(0, ge=0, le=100)
    refresh_interval: str = Field("1s", pattern=r"^[0-9]+(ms|s|m)$")

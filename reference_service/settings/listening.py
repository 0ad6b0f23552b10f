"""Where the service listens and what it stands on."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from reference_service.settings.units import Addresses, HttpUrls, Networks, PostgresUrl, RedisUrl


class ListeningSettings(BaseModel):
    """Where the service listens and what it stands on."""

    # Where it listens and what it stands on.
    host: str = "127.0.0.1"
    port: int = Field(21080, ge=1, le=65_535)
    backlog: int = Field(2048, ge=128, le=65_535)
    idle_connection_s: float = Field(
        75.0,
        ge=0.1,
        le=3600,
        description="that a connection may stay without a whole request's head; longer than a load balancer"
        " keeps one, mostly 60, or it sends requests into closed ones",
    )
    # Several nodes of one cluster: with commas between them.
    elasticsearch_url: HttpUrls = "http://127.0.0.1:21010"
    # Several servers: postgresql://user@one:5432,two:5432/database?target_session_attrs=read-write
    postgres_dsn: PostgresUrl = "postgresql://stormproof_service@127.0.0.1:21012/stormproof"
    postgres_owner_dsn: PostgresUrl = "postgresql://postgres@127.0.0.1:21002/stormproof"
    redis_cache_url: RedisUrl = "redis://127.0.0.1:21013/0"
    redis_state_url: RedisUrl = "redis://127.0.0.1:21014/0"
    # Sentinels (host:port, with commas between them) that know the primary of the state Redis, and its name.
    redis_state_sentinels: Addresses = ""
    redis_state_service: str = "state"
    trusted_proxies: Networks = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

"""Every figure of the service, with its unit and where it comes from; read from SERVICE_* once, at start."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

PREFIX = "SERVICE_"
CREDENTIALS = re.compile(r"://[^@/]*@")


class BadSettingsError(Exception):
    """Environment variables that the service cannot start with; the text names each, and what to do."""


def _url(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(
                f"a URL that starts with {' or '.join(s + '://' for s in schemes)} and names a host"
            )
        return value

    return AfterValidator(check)


def _networks(value: str) -> str:
    for part in filter(None, (p.strip() for p in value.split(","))):
        ipaddress.ip_network(part, strict=False)
    return value


type Seconds = Annotated[float, Field(gt=0, le=86_400)]
type Milliseconds = Annotated[int, Field(gt=0, le=600_000)]
type Count = Annotated[int, Field(ge=1, le=1_000_000)]
type PostgresUrl = Annotated[str, _url("postgresql", "postgres")]
type RedisUrl = Annotated[str, _url("redis", "rediss")]


class Settings(BaseModel):
    """One field a variable: `search_fresh_s` is SERVICE_SEARCH_FRESH_S. Sections: of the analysis."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Where it listens and what it stands on.
    host: str = "127.0.0.1"
    port: int = Field(21080, ge=1, le=65_535)
    backlog: int = Field(2048, ge=128, le=65_535)
    worker: int = Field(0, ge=0, le=1023, description="number of this worker, part of every version it gives")
    elasticsearch_url: Annotated[str, _url("http", "https")] = "http://127.0.0.1:21010"
    postgres_dsn: PostgresUrl = "postgresql://stormproof_service@127.0.0.1:21012/stormproof"
    postgres_owner_dsn: PostgresUrl = "postgresql://postgres@127.0.0.1:21002/stormproof"
    redis_cache_url: RedisUrl = "redis://127.0.0.1:21013/0"
    redis_state_url: RedisUrl = "redis://127.0.0.1:21014/0"
    key_pepper: str = Field("local-stack-pepper", min_length=8, description="secret of the API key hashes")
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_s: float = Field(0.5, ge=0, le=300, description="ready is false this long before the port closes")
    finish_s: Seconds = 5.0  # what requests in flight get when the port has closed

    # One deadline per request, from first byte to last. The analysis's 30 s (2.1, 5.3) is the ceiling.
    search_deadline_s: float = Field(1.0, gt=0, le=30)
    get_deadline_s: float = Field(0.5, gt=0, le=30)
    index_deadline_s: float = Field(2.0, gt=0, le=30)
    delete_deadline_s: float = Field(2.0, gt=0, le=30)
    answer_reserve_s: float = Field(
        0.03, ge=0, le=1
    )  # kept from calls for turning their result into an answer
    outbox_reserve_s: float = Field(0.12, ge=0, le=1)  # kept from a get for asking the outbox

    # Breakers: 2.1. A slow call is a failure; probes make recovery independent of users.
    breaker_failures: int = Field(5, ge=1, le=1000)
    breaker_successes: int = Field(3, ge=1, le=1000)
    breaker_reset_s: Seconds = 60.0
    probe_interval_s: Seconds = 1.0
    probe_limit_s: Seconds = 0.7
    elasticsearch_slow_read_s: Seconds = 0.8
    elasticsearch_slow_write_s: Seconds = 2.5
    postgres_slow_s: Seconds = 1.5
    redis_slow_s: Seconds = 0.1

    # Connections: 1.1.
    elasticsearch_connections: Count = 50
    postgres_connections: Count = 20
    redis_connections: Count = 10
    redis_limit_s: Seconds = 0.1  # one command, waiting for a connection included
    identity_limit_s: Seconds = 0.4  # one look at the keys in PostgreSQL
    connect_limit_s: Seconds = 1.0

    # Caches: 1.1; the stale lifetimes are used only when the live path is broken.
    search_fresh_s: Seconds = 300.0
    document_fresh_s: Seconds = 600.0
    stale_s: Seconds = 3600.0
    identity_fresh_s: Seconds = 300.0
    identity_stale_s: Seconds = 900.0
    identity_bound: Count = 10_000

    # Limits: 3.3. The tiers' own limits (7.3) are a table: limits/tiers.py.
    burst: int = Field(10, ge=0, le=10_000)
    limit_window_s: Seconds = 60.0
    address_limit: Count = 20
    address_bound: Count = 100_000

    # Requests: 3.3, 5.3.
    body_bytes: int = Field(10 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024)
    page_size: int = Field(100, ge=1, le=10_000)
    result_window: Count = 10_000
    query_length: Count = 512

    # Indices: 5.1. Shards 0 means: as many as data nodes, at most three. Replicas follow the nodes (0 or 1).
    index_prefix: str = Field("documents", pattern=r"^[a-z][a-z0-9_-]{0,40}$")
    index_shards: int = Field(0, ge=0, le=100)
    refresh_interval: str = Field("1s", pattern=r"^[0-9]+(ms|s|m)$")

    # Relay of the outbox.
    relay_batch: Count = 500
    relay_poll_ms: Milliseconds = 250
    relay_limit_s: Seconds = 3.0
    outbox_keep_s: float = Field(
        12 * 3600, ge=60, description="longer than the snapshot interval of 6.3 (6 h)"
    )

    tenant_labels: Count = 100  # tenants that metrics tell apart; all others count as `other`


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this environment. Raises BadSettingsError, naming every variable that is wrong."""
    given = {n.removeprefix(PREFIX).lower(): v for n, v in environment.items() if n.startswith(PREFIX)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            _explain(problem["loc"], problem["type"], problem["msg"], given) for problem in error.errors()
        ]
        raise BadSettingsError("\n".join(lines)) from error


def changed_settings(settings: Settings) -> dict[str, str]:
    """What differs from the defaults, secrets masked, for a run's record."""
    return {
        name: _shown(name, value)
        for name, value in settings.model_dump().items()
        if value != Settings.model_fields[name].default
    }


def _explain(location: tuple[int | str, ...], kind: str, message: str, given: Mapping[str, str]) -> str:
    name = str(location[0])
    variable = PREFIX + name.upper()
    if kind == "extra_forbidden":
        return (
            f"{variable}: no such setting. Allowed are the fields of reference_service/settings.py in "
            f"capitals behind {PREFIX}. Next: unset {variable}, or correct its spelling."
        )
    default = _shown(name, Settings.model_fields[name].default)
    allowed = message.removeprefix("Value error, ")
    return (
        f"{variable}={_shown(name, given.get(name, ''))} cannot be used. Allowed: {allowed}. "
        f"Next: correct it, or unset it to get {default}."
    )


def _shown(name: str, value: object) -> str:
    return "***" if name == "key_pepper" else CREDENTIALS.sub("://***@", str(value))

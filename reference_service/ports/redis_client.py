"""How both Redis ports make their client, and which of its errors are the server's fault."""

from __future__ import annotations

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.redis_sentinel import make_sentinel_client
from reference_service.settings import Settings


def make_client(url: str, connections: int, limit_s: float, tls: DependencyTls) -> Redis:
    """A client without retries of its own; the guard around each command is its time limit.

    Waiting for a connection and making one have limits of their own, twice as long.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=2 * limit_s,
        socket_timeout=None,  # a timer for each answer; the batcher has one for all of them
        socket_connect_timeout=2 * limit_s,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
        protocol=2,
        **tls.redis(url),
    )
    return Redis(connection_pool=pool)


def make_state_client(settings: Settings, connections: int, limit_s: float, tls: DependencyTls) -> Redis:
    """Of the state Redis: through its Sentinels, where the settings name some."""
    if settings.redis_state_sentinels:
        names = (settings.redis_state_url, settings.redis_state_sentinels, settings.redis_state_service)
        return make_sentinel_client(*names, connections, limit_s, tls)
    return make_client(settings.redis_state_url, connections, limit_s, tls)


def is_fault(error: Exception) -> bool:
    """A refused or lost connection, and an error for an answer (loading, read-only, out of memory)."""
    return isinstance(error, RedisError | OSError) and not isinstance(error, NoScriptError)


def is_transient(error: Exception) -> bool:
    """A lost or refused connection: the analysis, section 2.2. A time limit that ran out is not."""
    lost = isinstance(error, RedisConnectionError | ConnectionError)
    return lost and not isinstance(error, RedisTimeoutError | TimeoutError)

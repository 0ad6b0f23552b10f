"""A Redis whose primary Sentinels know: each new connection asks them for it."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff

from reference_service.ports.dependency_tls import DependencyTls


def make_sentinel_client(
    url: str, sentinels: str, service: str, connections: int, limit_s: float, tls: DependencyTls
) -> Redis:
    """As `make_client`; of `url` only the database, the credentials and the scheme count.

    A primary that has become a replica refuses writes: its connection is dropped, the next one asks again.
    """
    addresses = [_address(sentinel) for sentinel in sentinels.split(",")]
    quick = {"socket_timeout": limit_s, "socket_connect_timeout": limit_s, "protocol": 2}
    known = {name: value for name, value in parse_url(url).items() if name in ("db", "username", "password")}
    encryption = tls.redis(url)
    pool = SentinelConnectionPool(  # type: ignore[no-untyped-call]  # its initialiser is untyped
        service,
        Sentinel(addresses, sentinel_kwargs={**quick, "retry": Retry(NoBackoff(), 0)}),  # type: ignore[no-untyped-call]  # as above
        max_connections=connections,
        socket_timeout=None,  # as in make_client
        socket_connect_timeout=2 * limit_s,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
        protocol=2,
        ssl=bool(encryption),
        **known,
        **encryption,
    )
    return Redis(connection_pool=pool)


def _address(sentinel: str) -> tuple[str, int]:
    host, _, port = sentinel.strip().rpartition(":")
    return host.strip("[]"), int(port)

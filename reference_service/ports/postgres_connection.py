"""One connection to PostgreSQL, plain or by TLS as its address says."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.postgres_addresses import each_server

CONNECT_LIMIT_S = 10.0
# A proxy whose server is away takes a connection and drops it: asyncpg by itself would then not ask the next.
NEXT_SERVER = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


async def connect_postgres(
    dsn: str,
    tls: DependencyTls,
    timeout_s: float = CONNECT_LIMIT_S,
    server_settings: Mapping[str, str] | None = None,
) -> asyncpg.Connection:
    """To the first of the servers that is there, and is as `target_session_attrs` in the address asks.

    Each gets an equal share of the time. Raises what the last one raised: asyncpg and OS errors, ssl.SSLError
    for a server that cannot be believed, TimeoutError.
    """
    *others, last = each_server(dsn)
    share_s = timeout_s / (len(others) + 1)
    for server in others:
        try:
            return await _connect(server, tls, share_s, server_settings)
        except NEXT_SERVER:
            continue
    return await _connect(last, tls, share_s, server_settings)


async def _connect(
    dsn: str, tls: DependencyTls, timeout_s: float, server_settings: Mapping[str, str] | None
) -> asyncpg.Connection:
    return await asyncpg.connect(
        dsn, ssl=tls.postgres(dsn), timeout=timeout_s, server_settings=dict(server_settings or {})
    )

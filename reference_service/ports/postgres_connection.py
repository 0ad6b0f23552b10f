"""One connection to PostgreSQL, plain or by TLS as its address says."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from reference_service.ports.dependency_tls import DependencyTls

CONNECT_LIMIT_S = 10.0


async def connect_postgres(
    dsn: str,
    tls: DependencyTls,
    timeout_s: float = CONNECT_LIMIT_S,
    server_settings: Mapping[str, str] | None = None,
) -> asyncpg.Connection:
    """Raises asyncpg and OS errors, ssl.SSLError for a server that cannot be believed, TimeoutError."""
    return await asyncpg.connect(
        dsn, ssl=tls.postgres(dsn), timeout=timeout_s, server_settings=dict(server_settings or {})
    )

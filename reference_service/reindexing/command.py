"""The command that reindexes, from the settings."""

from __future__ import annotations

from reference_service.ports.assembly import index_definition
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.elasticsearch import make_client
from reference_service.ports.index_builds import IndexBuilds
from reference_service.ports.postgres_connection import connect_postgres
from reference_service.reindexing.reindex import Reindexer, ReindexPolicy, Say
from reference_service.settings import Settings

CONNECTIONS = 2


async def reindex(settings: Settings, tenant_id: str | None, policy: ReindexPolicy, say: Say) -> None:
    """One tenant's documents, or all tenants' (None). Raises as `Reindexer.run` does."""
    tls = DependencyTls(settings.dependency_ca)
    connection = await connect_postgres(settings.postgres_owner_dsn, tls)
    client = make_client(settings.elasticsearch_url, CONNECTIONS, tls)
    try:
        builds = IndexBuilds(connection)
        reindexer = Reindexer(client, builds, index_definition(settings), policy, say)
        for each in [tenant_id] if tenant_id is not None else await builds.tenants():
            await reindexer.run(each)
    finally:
        await client.close()
        await connection.close(timeout=5)

"""What a tenant's admin does in PostgreSQL: each call is one transaction under the tenant's policies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg

from reference_service.ports.changes import raise_if_tenant_is_gone
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard

CEILING_S = 30.0
SET_TENANT = "SELECT set_config('stormproof.tenant_id', $1, true)"
AUDIT = (
    "INSERT INTO audit_log (tenant_id, actor, action, document_id, request_id) VALUES ($1, $2, $3, $4, $5)"
)


@dataclass(frozen=True, slots=True)
class Admin:
    """Whose admin it is, and what the audit log calls him; `request_id` is the request's."""

    tenant_id: str
    actor: str
    request_id: str
    deadline: Deadline


class AdminTransactions:
    """Made once, whatever happened to the answer: nothing here is retried."""

    def __init__(self, pool: PostgresPool, guard: Guard, reserve_s: float) -> None:
        self._pool = pool
        self._guard = guard
        self._reserve_s = reserve_s

    async def run[T](self, admin: Admin, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Raises DependencyUnavailableError, DeadlineExceededError; UnknownKeyError if the tenant is gone."""

        async def whole(connection: asyncpg.Connection) -> T:
            async with connection.transaction():
                await connection.execute(SET_TENANT, admin.tenant_id)
                return await work(connection)

        try:
            return await self._guard.call(
                lambda: self._pool.run(whole), admin.deadline, CEILING_S, self._reserve_s
            )
        except asyncpg.ForeignKeyViolationError as error:
            raise_if_tenant_is_gone(error)
            raise


async def audit(connection: asyncpg.Connection, admin: Admin, action: str, subject: str | None) -> None:
    """Notes in the transaction what the admin did, and to what."""
    await connection.execute(AUDIT, admin.tenant_id, admin.actor, action, subject, admin.request_id)

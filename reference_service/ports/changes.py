"""PostgreSQL as the place where changes become durable: one statement, one round trip, all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg

from reference_service.errors import UnknownKeyError
from reference_service.ports.postgres_pool import PostgresPool, Work
from reference_service.resilience import Deadline, Guard
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.idempotency import KeyReusedError
from reference_service.writes.receipt import Durability, Outcome, Receipt, ReceiptItem

CEILING_S = 30.0  # no call outlasts it, whatever its deadline: the analysis, section 2.1
ACCEPT = "SELECT * FROM accept_changes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
LAY_ASIDE = "SELECT replay_or_lay_aside($1, $2, $3, $4, $5, $6, $7, $8, $9)"
NOT_NEWEST = "SP001"
TRANSIENT_CLASS = "40"  # serialization failures and deadlocks: the same again may go through
# Bad data, broken constraints and checks, exceptions that functions raise: all tell of what was given.
REFUSAL_CLASSES = frozenset(("22", "23", "44", "P0"))


class SupersededError(Exception):
    """A document already has a newer version: the clock must move past it."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} is newer")
        self.version = version


class ContendedError(Exception):
    """PostgreSQL undid the changes for the sake of somebody else's: the same again may go through."""


def is_refusal(error: BaseException | None) -> bool:
    """PostgreSQL answered, of these changes and not of itself, and will not answer otherwise tomorrow."""
    return isinstance(error, asyncpg.PostgresError) and (error.sqlstate or "")[:2] in REFUSAL_CLASSES


def raise_if_tenant_is_gone(error: asyncpg.ForeignKeyViolationError) -> None:
    """Raises UnknownKeyError: what is remembered of its keys and tokens outlives a tenant by minutes."""
    if (error.constraint_name or "").endswith("_tenant_id_fkey"):
        raise UnknownKeyError from error


class Changes:
    """Applying a set twice, whatever happened to the first answer, leaves what applying it once leaves."""

    def __init__(self, pool: PostgresPool, guard: Guard) -> None:
        self._pool = pool
        self._guard = guard

    async def accept(self, changes: ChangeSet, deadline: Deadline, reserve_s: float) -> Receipt:
        """Makes the changes durable; `reserve_s` of the deadline is left for what comes after.

        Raises SupersededError when a version is not the newest, ContendedError, KeyReusedError,
        UnknownKeyError when the tenant is gone, DependencyUnavailableError, DeadlineExceededError. After an
        error of the dependency the changes may be made all the same (an answer can be lost): the same set may
        be given to `accept` or `replay` again.
        """
        try:
            row = await self._run(changes, deadline, reserve_s, replayed=False)
        except asyncpg.ForeignKeyViolationError as error:
            raise_if_tenant_is_gone(error)
            raise
        if row["key_state"] == "mismatch":
            raise KeyReusedError
        rows = zip(row["document_ids"], row["versions"], row["outcomes"], row["still_newest"], strict=True)
        items = tuple(
            ReceiptItem(i, version, Outcome(outcome), newest) for i, version, outcome, newest in rows
        )
        # A key that this very set left there was left by an attempt whose answer was lost.
        replayed = row["job_id"] != changes.job_id
        return Receipt(row["job_id"], items, Durability.REPLICATED, replayed)

    async def replay(self, changes: ChangeSet, deadline: Deadline, reserve_s: float = 0.0) -> None:
        """Brings in what was acknowledged elsewhere. Nothing moves backwards.

        Raises ContendedError, DependencyUnavailableError, DeadlineExceededError, and the driver's error for
        a refusal.
        """
        await self._run(changes, deadline, reserve_s, replayed=True)

    async def lay_aside(self, changes: ChangeSet, deadline: Deadline) -> int:
        """Brings in those of a refused set that can be, and makes dead letters of the others; of how many.

        Its idempotency key is free again. Raises what `replay` raises: a refusal says that there is nobody
        to have the dead letters.
        """
        arguments = _arguments(changes)
        refused = await self._ask(lambda c: c.fetchrow(LAY_ASIDE, *arguments), deadline, 0.0)
        return int(refused[0])

    async def _run(
        self, changes: ChangeSet, deadline: Deadline, reserve_s: float, *, replayed: bool
    ) -> asyncpg.Record:
        idempotency = changes.idempotency
        key = (idempotency.key, idempotency.fingerprint) if idempotency else (None, None)
        arguments = (*_arguments(changes), *key, replayed)
        return await self._ask(lambda c: c.fetchrow(ACCEPT, *arguments), deadline, reserve_s)

    async def _ask(
        self, question: Work[asyncpg.Record | None], deadline: Deadline, reserve_s: float
    ) -> asyncpg.Record:
        async def work(connection: asyncpg.Connection) -> asyncpg.Record | Exception | None:
            try:
                return await question(connection)
            except asyncpg.PostgresError as error:
                answer = _answer_in(error)
                if answer is None:
                    raise
                return answer  # the connection stays good

        found = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S, reserve_s)
        if isinstance(found, Exception):
            raise found
        if found is None:
            raise RuntimeError("a function gave no row")
        return found


def _arguments(changes: ChangeSet) -> tuple[object, ...]:
    return (
        changes.tenant_id,
        changes.job_id,
        changes.actor,
        changes.request_id,
        datetime.fromtimestamp(changes.accepted_ms / 1000, UTC),
        [change.document_id for change in changes.changes],
        [change.version for change in changes.changes],
        [change.kind.value for change in changes.changes],
        [change.document_json for change in changes.changes],
    )


def _answer_in(error: asyncpg.PostgresError) -> SupersededError | ContendedError | None:
    """What PostgreSQL answers by raising; None for a failure."""
    state = error.sqlstate or ""
    if state == NOT_NEWEST:
        return SupersededError(int(str(error.as_dict()["detail"])))
    return ContendedError(str(error)) if state.startswith(TRANSIENT_CLASS) else None

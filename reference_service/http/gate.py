"""What stands before every operation: identity, permission, limit."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from aiohttp import hdrs, web

from reference_service.errors import NotPermittedError, UnknownKeyError
from reference_service.http.exchange import Exchange
from reference_service.http.limit_reached import LimitReachedError, TooManyAtOnceError
from reference_service.http.strangers import Strangers
from reference_service.identity.identifier import Identifier
from reference_service.identity.identity import Identity
from reference_service.limits.operation import Operation
from reference_service.limits.rate_limiter import RateLimiter
from reference_service.limits.tenant_bulkheads import TenantBulkheads
from reference_service.observability.spans import SpanName, span


class Gate:
    """Notes in the exchange who asks and what the limit said."""

    def __init__(
        self,
        identifier: Identifier,
        limiter: RateLimiter,
        strangers: Strangers,
        bulkheads: TenantBulkheads,
    ) -> None:
        self._identifier = identifier
        self._strangers = strangers
        self._bulkheads = bulkheads
        self._limiter = limiter

    def count_address(self, request: web.Request, exchange: Exchange, operation: Operation) -> None:
        """Counts a request that names no tenant against its address. Raises LimitReachedError."""
        exchange.decision = decision = self._strangers.count_exchange(request)
        if not decision.allowed:
            raise LimitReachedError(operation, decision.reset_s)

    async def identify(
        self, request: web.Request, exchange: Exchange, operation: Operation, *, keys_only: bool = False
    ) -> Identity:
        """Who asks, let in. Raises UnknownKeyError, NotPermittedError, DependencyUnavailableError,
        TooManyAtOnceError, and LimitReachedError after too many wrong keys from one address.
        """
        try:
            identity, missed = await self._identifier.identify(
                request.headers.get(hdrs.AUTHORIZATION),
                exchange.deadline,
                lambda: self._strangers.require_room(request, operation),
                keys_only=keys_only,
            )
        except UnknownKeyError:
            self._strangers.count_failure(request, operation)
            raise
        exchange.identity = identity
        exchange.miss(missed)
        if not identity.may(operation.permissions):
            raise NotPermittedError(operation.permissions)
        if not self._bulkheads.enter(identity.tenant_id, identity.tier):
            raise TooManyAtOnceError
        exchange.at_the_end(lambda: self._bulkheads.leave(identity.tenant_id))
        return identity

    async def count(self, request: web.Request, exchange: Exchange, operation: Operation) -> None:
        """Counts the request against its limit. Raises LimitReachedError."""
        with span(SpanName.LIMIT):
            decision, missed = await self._limiter.check(
                exchange.known_identity(),
                operation,
                lambda: self._strangers.address(request),
                exchange.deadline,
            )
        exchange.decision = decision
        exchange.miss(missed)
        if not decision.allowed:
            raise LimitReachedError(operation, decision.reset_s)

    async def count_while[T](
        self,
        request: web.Request,
        exchange: Exchange,
        operation: Operation,
        look_up: Coroutine[object, object, T],
    ) -> T:
        """Counts the request while the cache is asked; what it said is dropped if the limit says no."""
        # Begun at once: its command goes out in the same turn of the loop as the limit's.
        looking = asyncio.Task(look_up, loop=asyncio.get_running_loop(), eager_start=True)
        try:
            await self.count(request, exchange, operation)
            return await looking
        finally:
            looking.cancel()

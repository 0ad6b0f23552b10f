"""Whether a request may pass: by the tenant's window, or as the table of degradation says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reference_service.degradation import DegradationTable
from reference_service.identity.identity import Identity
from reference_service.limits.address_limiter import AddressLimiter
from reference_service.limits.decision import Decision
from reference_service.limits.operation import Operation
from reference_service.limits.tiers import LIMITS_PER_MINUTE
from reference_service.ports.redis_state import RedisState
from reference_service.resilience import Deadline, DependencyUnavailableError


class RateLimiter:
    """One window per tenant and operation, of the tier's limit plus the burst that belongs to every limit."""

    def __init__(
        self,
        table: DegradationTable,
        state: RedisState,
        addresses: AddressLimiter,
        burst: int,
        window_s: float,
    ) -> None:
        self._state = state
        self._addresses = addresses
        self._burst = burst
        self._window_s = window_s
        self._sources = table.chain("limit", {"tenant": self._by_tenant, "address": self._by_address})

    async def check(
        self, identity: Identity, operation: Operation, address: Callable[[], str], deadline: Deadline
    ) -> tuple[Decision, str | None]:
        """Counts one request; the second value names the dependency that was missed, if one was.

        `address` tells the client's, when it comes to that.
        """
        missed: str | None = None
        for source in self._sources:
            try:
                return await source(identity, operation, address, deadline), missed
            except DependencyUnavailableError as error:
                missed = error.dependency
        raise DependencyUnavailableError("limit", "no source of its table answered")

    async def usage(self, tenant_id: str, deadline: Deadline) -> tuple[Mapping[Operation, int], str | None]:
        """Requests of the last window by operation; the second value names the dependency that was missed."""
        keys = {op: f"limit:{tenant_id}:{op.value}" for op in Operation}
        try:
            counts = await self._state.lengths(tuple(keys.values()), deadline)
        except DependencyUnavailableError as error:
            return {}, error.dependency
        return dict(zip(keys, counts, strict=True)), None

    async def _by_tenant(
        self, identity: Identity, operation: Operation, _: Callable[[], str], deadline: Deadline
    ) -> Decision:
        limit = LIMITS_PER_MINUTE[identity.tier][operation]
        key = f"limit:{identity.tenant_id}:{operation}"
        allowed, remaining, reset_s = await self._state.count_request(
            key, limit + self._burst, self._window_s, deadline
        )
        return Decision(allowed, limit, self._burst, self._window_s, remaining, reset_s)

    async def _by_address(
        self, _identity: Identity, _operation: Operation, address: Callable[[], str], _deadline: Deadline
    ) -> Decision:
        return self._addresses.check(address())

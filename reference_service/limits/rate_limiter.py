"""Asks the tenant's window in the state Redis, and the client's address when Redis is away."""

from __future__ import annotations

from reference_service.identity.identity import Identity
from reference_service.limits.address_limiter import AddressLimiter
from reference_service.limits.decision import Decision
from reference_service.limits.operation import Operation
from reference_service.limits.tiers import LIMITS_PER_MINUTE
from reference_service.ports.redis_state import RedisState
from reference_service.resilience import Deadline, DependencyUnavailableError


class RateLimiter:
    """One window per tenant and operation, of the tier's limit plus the burst that belongs to every limit."""

    def __init__(self, state: RedisState, addresses: AddressLimiter, burst: int, window_s: float) -> None:
        self._state = state
        self._addresses = addresses
        self._burst = burst
        self._window_s = window_s

    async def check(
        self, identity: Identity, operation: Operation, address: str, deadline: Deadline
    ) -> tuple[Decision, str | None]:
        """Counts one request; the second value names the dependency that was missed, if one was."""
        limit = LIMITS_PER_MINUTE[identity.tier][operation]
        key = f"limit:{identity.tenant_id}:{operation.value}"
        try:
            allowed, remaining, reset_s = await self._state.count_request(
                key, limit + self._burst, self._window_s, deadline
            )
        except DependencyUnavailableError as error:
            return self._addresses.check(address), error.dependency
        return Decision(allowed, limit, self._burst, self._window_s, remaining, reset_s), None

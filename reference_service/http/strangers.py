"""Limits for who has not shown yet who it is: by client address, in this process (so once a worker)."""

from __future__ import annotations

from aiohttp import web

from reference_service.http.limit_reached import LimitReachedError
from reference_service.limits.address_limiter import AddressLimiter
from reference_service.limits.client_address import ClientAddress
from reference_service.limits.decision import Decision
from reference_service.limits.operation import Operation


class Strangers:
    """Counts exchanges of refresh tokens, which name no key, and keys and tokens that are not good."""

    def __init__(self, addresses: ClientAddress, exchanges: AddressLimiter, failures: AddressLimiter) -> None:
        self._addresses = addresses
        self._exchanges = exchanges
        self._failures = failures

    def address(self, request: web.Request) -> str:
        """The client's, as far as it can be known."""
        # A proxy may add a line of its own behind the client's: they are one list (RFC 9110, section 5.3).
        forwarded_for = ",".join(request.headers.getall("X-Forwarded-For", ()))
        return self._addresses.of(request.remote, forwarded_for)

    def count_exchange(self, request: web.Request) -> Decision:
        """Counts a request that names no tenant."""
        return self._exchanges.check(self.address(request))

    def count_failure(self, request: web.Request, operation: Operation) -> None:
        """Counts a wrong key or token. Raises LimitReachedError when there have been too many."""
        decision = self._failures.check(self.address(request))
        if not decision.allowed:
            raise LimitReachedError(operation, decision.reset_s)

    def require_room(self, request: web.Request, operation: Operation) -> None:
        """Raises LimitReachedError for an address whose failures are used up: its guess is not looked up."""
        wait_s = self._failures.wait_s(self.address(request))
        if wait_s > 0:
            raise LimitReachedError(operation, wait_s)

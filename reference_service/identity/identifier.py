"""From an Authorization header to an identity."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from reference_service.errors import UnknownKeyError
from reference_service.identity.api_key import hash_api_key
from reference_service.identity.identity import Identity
from reference_service.identity.identity_cache import IdentityCache, Standing
from reference_service.ports.postgres import Postgres
from reference_service.resilience import Deadline, DependencyUnavailableError

log = logging.getLogger(__name__)
MAX_KEY_LENGTH = 200
REFRESH_S = 5.0


class Identifier:
    """Knows the valid keys in advance, so that a search needs PostgreSQL only for a key it has never seen."""

    def __init__(
        self,
        cache: IdentityCache,
        postgres: Postgres,
        pepper: bytes,
        bound: int,
        now_s: Callable[[], float],
    ) -> None:
        self._now_s = now_s
        self._cache = cache
        self._postgres = postgres
        self._pepper = pepper
        self._bound = bound

    @property
    def known(self) -> int:
        """How many identities are held."""
        return len(self._cache)

    async def identify(self, authorization: str | None, deadline: Deadline) -> tuple[Identity, str | None]:
        """The identity, and the dependency that was missed on the way, if one was.

        Raises UnknownKeyError, and DependencyUnavailableError when PostgreSQL is away and the key is not
        known here: then nobody can say that it is wrong.
        """
        if (
            authorization is None
            or not authorization.startswith("Bearer ")
            or len(authorization) > MAX_KEY_LENGTH
        ):
            raise UnknownKeyError
        key_hash = hash_api_key(self._pepper, authorization[7:])
        identity, standing = self._cache.find(key_hash)
        if identity is not None and standing is Standing.FRESH:
            return identity, None
        try:
            confirmed = await self._postgres.identity_for_key(key_hash, deadline)
        except DependencyUnavailableError as error:
            if identity is None:
                raise
            return identity, error.dependency
        if confirmed is None:
            self._cache.forget(key_hash)
            raise UnknownKeyError
        self._cache.confirm(confirmed)
        return confirmed, None

    async def refresh(self) -> bool:
        """Confirms every valid key at once. False when PostgreSQL is away."""
        try:
            identities = await self._postgres.active_identities(
                self._bound, Deadline.after(REFRESH_S, self._now_s)
            )
        except DependencyUnavailableError as error:
            log.warning("identities not refreshed, %d held: %s", len(self._cache), error)
            return False
        if len(identities) < self._bound:
            self._cache.replace(identities)
        else:
            for identity in identities:
                self._cache.confirm(identity)
        return True

    async def keep_fresh(self, interval_s: float, retry_s: float) -> None:
        """Refreshes for ever: every `interval_s`, or every `retry_s` while PostgreSQL is away."""
        while True:  # noqa: ASYNC110 - it waits for time to pass, not for an event
            await asyncio.sleep(interval_s if await self.refresh() else retry_s)

"""From an Authorization header to an identity."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from reference_service.degradation import DegradationTable
from reference_service.errors import UnknownKeyError
from reference_service.identity.api_key import hash_api_key
from reference_service.identity.identity import Identity
from reference_service.identity.identity_cache import IdentityCache, Standing
from reference_service.ports.postgres import Postgres
from reference_service.resilience import Deadline, DependencyUnavailableError

log = logging.getLogger(__name__)
MAX_KEY_LENGTH = 200
REFRESH_S = 5.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One key, and by when it is to be known whose it is."""

    key_hash: bytes
    deadline: Deadline


class Identifier:
    """Knows the valid keys in advance, so that a search needs PostgreSQL only for a key it has never seen."""

    def __init__(
        self,
        table: DegradationTable,
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
        steps = {"known": self._known, "postgres": self._confirmed, "remembered": self._remembered}
        self._sources = table.chain("identity", steps)

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
        ask = Ask(hash_api_key(self._pepper, authorization[7:]), deadline)
        missed: DependencyUnavailableError | None = None
        for source in self._sources:
            try:
                identity = await source(ask)
            except DependencyUnavailableError as error:
                missed = error
            else:
                if identity is not None:
                    return identity, missed.dependency if missed is not None else None
        if missed is not None:
            raise missed
        raise UnknownKeyError

    async def _known(self, ask: Ask) -> Identity | None:
        identity, standing = self._cache.find(ask.key_hash)
        return identity if standing is Standing.FRESH else None

    async def _confirmed(self, ask: Ask) -> Identity:
        confirmed = await self._postgres.identity_for_key(ask.key_hash, ask.deadline)
        if confirmed is None:
            self._cache.forget(ask.key_hash)
            raise UnknownKeyError
        self._cache.confirm(confirmed)
        return confirmed

    async def _remembered(self, ask: Ask) -> Identity | None:
        return self._cache.find(ask.key_hash)[0]

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

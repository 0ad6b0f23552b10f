"""From an Authorization header to an identity."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from reference_service.degradation import DegradationTable
from reference_service.errors import UnknownKeyError
from reference_service.identity.access_token import KnownTokens
from reference_service.identity.api_key import hash_api_key
from reference_service.identity.identity import Identity
from reference_service.identity.identity_cache import IdentityCache, Standing
from reference_service.ports.postgres import Postgres
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError

log = logging.getLogger(__name__)
MOST_CHARACTERS = 4096
REFRESH_S = 5.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One key, and by when it is to be known whose it is."""

    key_hash: bytes
    deadline: Deadline


class Identifier:
    """Knows the valid keys in advance, so that a search needs PostgreSQL only for a key it has never seen."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it knows, where it asks, and for how long it believes
        self,
        table: DegradationTable,
        cache: IdentityCache,
        tokens: KnownTokens,
        postgres: Postgres,
        pepper: bytes,
        bound: int,
        unknown_s: float,
        now_s: Callable[[], float],
    ) -> None:
        self._now_s = now_s
        self._cache = cache
        self._postgres = postgres
        self._pepper = pepper
        self._bound = bound
        self._tokens = tokens
        self._unknown_s = unknown_s
        self._unknown: OrderedDict[bytes, float] = OrderedDict()
        steps = {"known": self._known, "postgres": self._confirmed, "remembered": self._remembered}
        self._sources = table.chain("identity", steps)

    @property
    def known(self) -> int:
        """How many identities are held."""
        return len(self._cache)

    async def identify(
        self, authorization: str | None, deadline: Deadline, *, keys_only: bool = False
    ) -> tuple[Identity, str | None]:
        """The identity, and the dependency that was missed on the way, if one was.

        Raises UnknownKeyError, and DependencyUnavailableError when PostgreSQL is away and the key is not
        known here: then nobody can say that it is wrong.
        """
        text = _bearer(authorization)
        if text.count(".") == 2 and not keys_only:
            return self._tokens.check(text), None
        ask = Ask(hash_api_key(self._pepper, text), deadline)
        if self._now_s() < self._unknown.get(ask.key_hash, 0.0):
            raise UnknownKeyError
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
            self._remember_unknown(ask.key_hash)
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

    async def keep_fresh(self, interval_s: float, retry_s: float, news_s: float) -> None:
        """For ever: asks for news every `news_s`, and refreshes when there is some, or every `interval_s`."""
        refreshed_s, epoch = self._now_s(), -1
        while True:
            await asyncio.sleep(news_s)
            try:
                news = await self._postgres.identity_news(Deadline.after(REFRESH_S, self._now_s))
            except (DependencyUnavailableError, DeadlineExceededError):
                refreshed_s = self._now_s() - interval_s  # it may have missed something
                continue
            self._tokens.revoke(news.revoked)
            if news.epoch != epoch or self._now_s() - refreshed_s >= interval_s:
                if await self.refresh():
                    refreshed_s, epoch = self._now_s(), news.epoch
                else:
                    await asyncio.sleep(retry_s)

    def _remember_unknown(self, key_hash: bytes) -> None:
        """A flood of wrong keys is not a flood of queries."""
        self._unknown[key_hash] = self._now_s() + self._unknown_s
        self._unknown.move_to_end(key_hash)
        if len(self._unknown) > self._bound:
            self._unknown.popitem(last=False)


def _bearer(authorization: str | None) -> str:
    if (
        authorization is None
        or not authorization.startswith("Bearer ")
        or len(authorization) > MOST_CHARACTERS
    ):
        raise UnknownKeyError
    return authorization[7:]

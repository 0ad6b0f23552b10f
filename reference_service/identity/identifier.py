"""From an Authorization header to an identity."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from reference_service.degradation import DegradationTable
from reference_service.errors import UnknownKeyError
from reference_service.identity.access_token import KnownTokens
from reference_service.identity.identity import Identity
from reference_service.identity.identity_cache import IdentityCache, Standing
from reference_service.identity.identity_news import LatestNews
from reference_service.identity.peppers import Peppers
from reference_service.identity.unknown_keys import UnknownKeys
from reference_service.ports.identities import Identities
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError

type KeyHashes = tuple[bytes, ...]

log = logging.getLogger(__name__)
MOST_CHARACTERS = 4096
SCHEME = "bearer "
REFRESH_S = 5.0
OVERLAP_S = (
    60.0  # longer than any transaction lives: what was not yet committed at the last look is in the next
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of keys and tokens, good and bad."""

    keys: IdentityCache
    tokens: KnownTokens
    unknown: UnknownKeys
    news: LatestNews


@dataclass(frozen=True, slots=True)
class Pace:
    """All keys are confirmed every `refresh_s`; news are asked for every `news_s` and reach `keep_s` back."""

    refresh_s: float
    news_s: float
    keep_s: float


class Identifier:
    """Knows the valid keys in advance, so that a search needs PostgreSQL only for a key it has never seen.

    A revoked key or session stops within `pace.news_s` and one query while PostgreSQL answers. While it does
    not, a key lives for as long as the cache believes it alone (15 min), a token until its end (15 min).
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it knows, where it asks, and how often
        self,
        table: DegradationTable,
        known: Known,
        identities: Identities,
        peppers: Peppers,
        bound: int,
        pace: Pace,
        now_s: Callable[[], float],
    ) -> None:
        self._known = known
        self._identities = identities
        self._peppers = peppers
        self._bound = bound
        self._pace = pace
        self._now_s = now_s
        self._refreshed_s = self._heard_s = float("-inf")
        steps = {"known": self._held, "postgres": self._confirmed, "remembered": self._remembered}
        self._sources = table.chain("identity", steps)

    @property
    def known(self) -> int:
        """How many identities are held."""
        return len(self._known.keys)

    async def identify(
        self,
        authorization: str | None,
        deadline: Deadline,
        before_asking: Callable[[], None],
        *,
        keys_only: bool = False,
    ) -> tuple[Identity, str | None]:
        """The identity, and the dependency that was missed on the way, if one was.

        `before_asking` is called when a key was never seen here, and raises if it is not to be looked up.
        Raises UnknownKeyError, and DependencyUnavailableError when PostgreSQL is away and the key is not
        known here: then nobody can say that it is wrong.
        """
        text = _bearer(authorization)
        if text.count(".") == 2 and not keys_only:
            session = self._known.tokens.check(text)
            return self._known.news.now(session.identity, session.family_id), None
        key_hashes = self._peppers.hashes(text.encode())
        if key_hashes[0] in self._known.unknown:
            raise UnknownKeyError
        missed: DependencyUnavailableError | None = None
        for source in self._sources:
            try:
                identity = await source(key_hashes, deadline, before_asking)
            except DependencyUnavailableError as error:
                missed = error
            else:
                if identity is not None:
                    found = self._known.news.now(identity)
                    return found, missed.dependency if missed is not None else None
        if missed is not None:
            raise missed
        raise UnknownKeyError

    async def _held(
        self, key_hashes: KeyHashes, _deadline: Deadline, _: Callable[[], None]
    ) -> Identity | None:
        identity, standing = self._find(key_hashes)
        return identity if standing is Standing.FRESH else None

    async def _confirmed(
        self, key_hashes: KeyHashes, deadline: Deadline, before_asking: Callable[[], None]
    ) -> Identity:
        if self._find(key_hashes)[1] is Standing.UNKNOWN:
            before_asking()
        for key_hash in key_hashes:
            confirmed = await self._identities.of_key(key_hash, deadline)
            if confirmed is not None:
                self._known.keys.confirm(confirmed)
                return confirmed
            self._known.keys.forget(key_hash)
        self._known.unknown.add(key_hashes[0])
        raise UnknownKeyError

    async def _remembered(
        self, key_hashes: KeyHashes, _deadline: Deadline, _: Callable[[], None]
    ) -> Identity | None:
        return self._find(key_hashes)[0]

    def _find(self, key_hashes: KeyHashes) -> tuple[Identity | None, Standing]:
        for key_hash in key_hashes:
            found = self._known.keys.find(key_hash)
            if found[0] is not None:
                return found
        return None, Standing.UNKNOWN

    async def begin(self) -> None:
        """Learns all that is to be known before the first request, as far as PostgreSQL answers."""
        await self.listen()
        await self.refresh()

    async def refresh(self) -> bool:
        """Confirms every valid key at once. False when PostgreSQL is away."""
        try:
            identities = await self._identities.active(self._bound, Deadline.after(REFRESH_S, self._now_s))
        except (DependencyUnavailableError, DeadlineExceededError) as error:
            log.warning("identities not refreshed, %d held: %s", self.known, error)
            return False
        if len(identities) < self._bound:
            self._known.keys.replace(identities)
        else:
            self._known.keys.confirm_latest(identities)
        self._refreshed_s = self._now_s()
        return True

    async def listen(self) -> bool:
        """Learns what ended or changed since it last heard. False when PostgreSQL is away."""
        began_s = self._now_s()
        since_s = min(began_s - self._heard_s + OVERLAP_S, self._pace.keep_s)
        try:
            news = await self._identities.news(since_s, Deadline.after(REFRESH_S, self._now_s))
        except (DependencyUnavailableError, DeadlineExceededError):
            return False
        self._known.news.learn(news)
        self._heard_s = began_s
        return True

    async def keep_fresh(self) -> None:
        """For ever: listens, and refreshes when it is time."""
        while True:
            await asyncio.sleep(self._pace.news_s)
            if await self.listen() and self._now_s() - self._refreshed_s >= self._pace.refresh_s:
                await self.refresh()


def _bearer(authorization: str | None) -> str:
    """The key or token, which is ASCII (RFC 6750); the case of the scheme is not told."""
    if authorization is None or len(authorization) > MOST_CHARACTERS or not authorization.isascii():
        raise UnknownKeyError
    if authorization[: len(SCHEME)].lower() != SCHEME:
        raise UnknownKeyError
    return authorization[len(SCHEME) :]

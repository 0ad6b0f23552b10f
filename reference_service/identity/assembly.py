"""Makes what finds out who asks, from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from reference_service.degradation import DegradationTable
from reference_service.identity.access_token import AccessTokens, KnownTokens, TokenSecrets
from reference_service.identity.identifier import Identifier, Known, Pace
from reference_service.identity.identity_cache import IdentityCache
from reference_service.identity.identity_news import LatestNews
from reference_service.identity.peppers import Peppers
from reference_service.identity.unknown_keys import UnknownKeys
from reference_service.ports.identities import Identities
from reference_service.settings import Settings


@dataclass(frozen=True, slots=True)
class IdentityParts:
    """Who asks, what tokens say of it, and what both are hashed with."""

    identifier: Identifier
    tokens: AccessTokens
    peppers: Peppers


def identity_parts(
    settings: Settings, table: DegradationTable, identities: Identities, now_s: Callable[[], float]
) -> IdentityParts:
    """One worker's."""
    s = settings
    peppers = Peppers(s.key_pepper.encode(), s.key_previous_pepper.encode())
    tokens = AccessTokens(TokenSecrets(s.token_secret, s.token_previous_secret), s.token_life_s, _now)
    # News are kept for as long as anything that is remembered may be older than they are.
    pace = Pace(s.identity_fresh_s / 2, s.identity_news_s, max(s.token_life_s, s.identity_stale_s))
    known = Known(
        IdentityCache(s.identity_fresh_s, s.identity_stale_s, s.identity_bound, now_s, _now),
        KnownTokens(tokens, s.token_known_s, s.token_known_bound, now_s, _now),
        UnknownKeys(s.unknown_key_s, s.identity_bound, now_s),
        LatestNews(pace.keep_s, now_s),
    )
    identifier = Identifier(table, known, identities, peppers, s.identity_bound, pace, now_s)
    return IdentityParts(identifier, tokens, peppers)


def _now() -> datetime:
    return datetime.now(UTC)

"""Access tokens: signed statements of who somebody is, good for 15 minutes (the analysis, section 3.1)."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from reference_service.errors import UnknownKeyError
from reference_service.identity.identity import Identity
from reference_service.limits.tiers import Tier

# One algorithm, ours alone to choose: what a token's head says of it is not listened to.
ALGORITHM = "HS256"
ISSUER = AUDIENCE = "document-search"
CLOCKS_DIFFER = timedelta(seconds=60)
REQUIRED = ["iss", "aud", "sub", "sid", "key", "tier", "permissions", "iat", "exp", "jti"]


@dataclass(frozen=True, slots=True)
class Session:
    """Who a token speaks for, and the session that it belongs to."""

    identity: Identity
    family_id: str


@dataclass(frozen=True, slots=True)
class TokenSecrets:
    """The secret that signs, and the one before it, which is still believed."""

    present: str
    previous: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError without a present one: anybody could sign with it."""
        if not self.present:
            raise ValueError("a secret is required")

    def by_key_id(self) -> dict[str, str]:
        """Secrets by the id that a token's head carries."""
        return {key_id(secret): secret for secret in (self.present, self.previous) if secret}


class AccessTokens:
    """Issues and checks them; `now` is the time of day."""

    def __init__(self, secrets_: TokenSecrets, life_s: float, now: Callable[[], datetime]) -> None:
        self._present = secrets_.present
        self._by_key_id = secrets_.by_key_id()
        self.life_s = life_s
        self._now = now

    def issue(self, session: Session) -> str:
        """A token for the session, which ends no later than the session's identity does."""
        now_s = int(self._now().timestamp())
        identity = session.identity
        expires_s = now_s + int(self.life_s)
        if identity.expires_at is not None:
            expires_s = min(expires_s, int(identity.expires_at.timestamp()))
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": identity.tenant_id,
            "sid": session.family_id,
            "key": identity.key_hash.hex(),
            "tier": identity.tier.value,
            "permissions": sorted(identity.permissions),
            "iat": now_s,
            "exp": expires_s,
            "jti": secrets.token_hex(8),
        }
        return jwt.encode(claims, self._present, ALGORITHM, {"kid": key_id(self._present)})

    def check(self, token: str) -> Session:
        """The session of a token. Raises UnknownKeyError for one that this service did not sign for now."""
        try:
            secret = self._by_key_id[str(jwt.get_unverified_header(token).get("kid"))]
            claims = jwt.decode(
                token,
                secret,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": REQUIRED, "verify_exp": False, "verify_iat": False},
            )
            issued_at = datetime.fromtimestamp(int(claims["iat"]), UTC)
            expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
            identity = Identity(
                bytes.fromhex(claims["key"]),
                claims["sub"],
                Tier(claims["tier"]),
                frozenset(claims["permissions"]),
                expires_at,
            )
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError) as error:
            raise UnknownKeyError from error
        # By the clock that is passed in; the machine that issued it may be a little ahead.
        now = self._now()
        if expires_at <= now or issued_at > now + CLOCKS_DIFFER:
            raise UnknownKeyError
        return Session(identity, claims["sid"])


class KnownTokens:
    """Tokens that were checked lately: the analysis, section 1.1. None outlives its end."""

    def __init__(
        self,
        tokens: AccessTokens,
        known_s: float,
        bound: int,
        now_s: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._tokens = tokens
        self._known_s = known_s
        self._bound = bound
        self._now_s = now_s
        self._now = now
        self._known: OrderedDict[bytes, tuple[Session, float]] = OrderedDict()

    def check(self, token: str) -> Session:
        """Whose token it is. Raises UnknownKeyError."""
        digest = hashlib.sha256(token.encode()).digest()
        found = self._known.get(digest)
        if found is not None and self._now_s() < found[1]:
            return found[0]
        session = self._tokens.check(token)
        self._remember(digest, session)
        return session

    def _remember(self, digest: bytes, session: Session) -> None:
        left_s = self._tokens.life_s
        if session.identity.expires_at is not None:
            left_s = (session.identity.expires_at - self._now()).total_seconds()
        self._known[digest] = (session, self._now_s() + min(self._known_s, left_s))
        self._known.move_to_end(digest)
        if len(self._known) > self._bound:
            self._known.popitem(last=False)


def key_id(secret: str) -> str:
    """Names a secret without telling it."""
    return hashlib.sha256(b"key id " + secret.encode()).hexdigest()[:16]

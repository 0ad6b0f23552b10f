"""What ended or changed lately, so that nothing that a worker remembers outlives it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reference_service.errors import UnknownKeyError
from reference_service.identity.identity import Identity
from reference_service.limits.tiers import Tier


@dataclass(frozen=True, slots=True)
class IdentityNews:
    """Sessions and keys that ended, and tenants whose tier changed, with the present one."""

    sessions: Sequence[str] = ()
    keys: Sequence[bytes] = ()
    tiers: Mapping[str, Tier] | None = None


class LatestNews:
    """Holds news for `keep_s`: as long as a token or a remembered key may be older than it."""

    def __init__(self, keep_s: float, now_s: Callable[[], float]) -> None:
        self._keep_s = keep_s
        self._now_s = now_s
        # Each with the time at which it was last heard; what was heard last stands last.
        self._ended: OrderedDict[str | bytes, float] = OrderedDict()
        self._tiers: OrderedDict[str, tuple[Tier, float]] = OrderedDict()

    def learn(self, news: IdentityNews) -> None:
        """Adds to what is known."""
        heard_s = self._now_s()
        ended_now: list[str | bytes] = [*news.sessions, *news.keys]
        for ended in ended_now:
            self._ended[ended] = heard_s
            self._ended.move_to_end(ended)
        for tenant_id, tier in (news.tiers or {}).items():
            self._tiers[tenant_id] = (tier, heard_s)
            self._tiers.move_to_end(tenant_id)
        while self._ended and heard_s - next(iter(self._ended.values())) >= self._keep_s:
            self._ended.popitem(last=False)
        while self._tiers and heard_s - next(iter(self._tiers.values()))[1] >= self._keep_s:
            self._tiers.popitem(last=False)

    def now(self, identity: Identity, session_id: str | None = None) -> Identity:
        """The identity as it is now. Raises UnknownKeyError when its key or session has ended."""
        if identity.key_hash in self._ended or (session_id is not None and session_id in self._ended):
            raise UnknownKeyError
        changed = self._tiers.get(identity.tenant_id)
        if changed is not None and changed[0] is not identity.tier:
            return replace(identity, tier=changed[0])
        return identity

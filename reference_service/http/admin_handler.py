"""/admin: a tenant's own keys, tier and usage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from aiohttp import web

from reference_service.documents.document import parse_json, read_object
from reference_service.errors import InvalidInputError, SubjectNotFoundError
from reference_service.http.admin_gate import enter, json_answer, whole_number
from reference_service.http.body import BodyBounds, read_json_body
from reference_service.http.exchange import EXCHANGE
from reference_service.http.gate import Gate
from reference_service.identity.api_key import new_api_key
from reference_service.identity.peppers import Peppers
from reference_service.limits.operation import Operation
from reference_service.limits.rate_limiter import RateLimiter
from reference_service.limits.tiers import LIMITS_PER_MINUTE, Tier
from reference_service.ports.tenant_admin import TenantAdmin

PERMISSIONS = ("read", "write", "admin")
LONGEST_KEY_S = 10 * 365 * 86_400


class AdminHandler:
    """Everything is the admin's own tenant's: no path names another."""

    def __init__(
        self,
        gate: Gate,
        admin: TenantAdmin,
        limiter: RateLimiter,
        peppers: Peppers,
        now: Callable[[], datetime],
        body_bounds: BodyBounds,
    ) -> None:
        self._gate = gate
        self._admin = admin
        self._limiter = limiter
        self._peppers = peppers
        self._now = now
        self._body_bounds = body_bounds

    async def tenant(self, request: web.Request) -> web.Response:
        """Tier, size, and how much of each limit is used."""
        admin = await enter(self._gate, request)
        overview = await self._admin.overview(admin)
        used, missed = await self._limiter.usage(admin.tenant_id, admin.deadline)
        request[EXCHANGE].miss(missed)
        limits = LIMITS_PER_MINUTE[overview.tier]
        usage = {op.value: {"limit_per_minute": limits[op], "used": used.get(op)} for op in Operation}
        return json_answer({"id": admin.tenant_id, **asdict(overview), "usage": usage})

    async def change_tenant(self, request: web.Request) -> web.Response:
        """Another tier: audited, and in force on every worker within seconds."""
        admin = await enter(self._gate, request)
        raw = await self._given(request, "tier")
        name = raw.get("tier")
        if not isinstance(name, str) or name not in set(Tier):
            raise InvalidInputError("tier", f"one of {', '.join(Tier)} is required")
        tier = Tier(name)
        await self._admin.change_tier(admin, tier)
        return json_answer({"id": admin.tenant_id, "tier": tier})

    async def keys(self, request: web.Request) -> web.Response:
        """The tenant's keys, without the keys themselves."""
        admin = await enter(self._gate, request)
        return json_answer({"keys": [asdict(key) for key in await self._admin.keys(admin)]})

    async def add_key(self, request: web.Request) -> web.Response:
        """A new key; this answer is the only place where it can be seen."""
        admin = await enter(self._gate, request)
        raw = await self._given(request, "permissions", "expires_in_s")
        api_key = new_api_key()
        entry = await self._admin.add_key(
            admin,
            self._peppers.hash(api_key.encode()),
            _permissions(raw.get("permissions")),
            self._expiry(raw.get("expires_in_s")),
        )
        return json_answer({"api_key": api_key, **asdict(entry)}, status=201)

    async def revoke_key(self, request: web.Request) -> web.Response:
        """The key stops working, on every worker within seconds."""
        admin = await enter(self._gate, request)
        key_id = whole_number("key_id", request.match_info["key_id"])
        if not await self._admin.revoke_key(admin, key_id):
            raise SubjectNotFoundError("key", key_id)
        return web.Response(status=204)

    async def _given(self, request: web.Request, *fields: str) -> dict[str, object]:
        return read_object(parse_json(await read_json_body(request, self._body_bounds)), fields)

    def _expiry(self, expires_in_s: object) -> datetime | None:
        if expires_in_s is None:
            return None
        if isinstance(expires_in_s, float) and expires_in_s.is_integer():
            expires_in_s = int(expires_in_s)  # 10.0 is a whole number in JSON
        if (
            not isinstance(expires_in_s, int)
            or isinstance(expires_in_s, bool)
            or not 0 < expires_in_s <= LONGEST_KEY_S
        ):
            raise InvalidInputError("expires_in_s", f"a whole number from 1 to {LONGEST_KEY_S}, or nothing")
        return self._now() + timedelta(seconds=expires_in_s)


def _permissions(value: object) -> list[str]:
    allowed = f"a list of some of {', '.join(PERMISSIONS)} is required, each once"
    if (
        not isinstance(value, list)
        or not value
        or any(not isinstance(one, str) or one not in PERMISSIONS for one in value)
    ):
        raise InvalidInputError("permissions", allowed)
    if len(set(value)) != len(value):
        raise InvalidInputError("permissions", allowed)
    return value

"""POST /tokens, /tokens/refresh and /tokens/revoke."""

from __future__ import annotations

import secrets

import orjson
from aiohttp import web

from reference_service.documents.document import parse_json, read_object
from reference_service.errors import UnknownKeyError
from reference_service.http.body import BodyBounds, read_json_body
from reference_service.http.exchange import EXCHANGE
from reference_service.http.gate import Gate
from reference_service.identity.access_token import AccessTokens, Session
from reference_service.identity.peppers import Peppers
from reference_service.identity.refresh_token import RefreshToken, new_refresh_token, read_refresh_token
from reference_service.limits.operation import Operation
from reference_service.ports.sessions import GivenToken, Sessions


class TokensHandler:
    """An API key gives a session; a session's refresh token gives the next, and with it an access token."""

    def __init__(
        self,
        gate: Gate,
        tokens: AccessTokens,
        sessions: Sessions,
        peppers: Peppers,
        session_life_s: float,
        body_bounds: BodyBounds,
    ) -> None:
        self._gate = gate
        self._tokens = tokens
        self._sessions = sessions
        self._peppers = peppers
        self._session_life_s = session_life_s
        self._body_bounds = body_bounds

    async def begin(self, request: web.Request) -> web.Response:
        """A session for the API key that came with the request; a token is no key."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.TOKEN, keys_only=True)
        await self._gate.count(request, exchange, Operation.TOKEN)
        refresh = new_refresh_token(identity.tenant_id)
        session = await self._sessions.begin(
            Session(identity, f"sid-{secrets.token_hex(16)}"),
            self._peppers.hash(refresh.secret),
            self._session_life_s,
            exchange.request_id,
            exchange.deadline,
        )
        if session is None:
            raise UnknownKeyError  # revoked a moment ago
        return self._answer(session, refresh)

    async def refresh(self, request: web.Request) -> web.Response:
        """The next pair of tokens. A refresh token that is used twice ends its session."""
        exchange = request[EXCHANGE]
        self._gate.count_address(request, exchange, Operation.TOKEN)
        given = await self._given(request)
        following = new_refresh_token(given.tenant_id)
        exchanged = await self._sessions.exchange(
            given, self._peppers.hash(following.secret), exchange.request_id, exchange.deadline
        )
        if exchanged.session is None:
            raise UnknownKeyError
        return self._answer(exchanged.session, following)

    async def revoke(self, request: web.Request) -> web.Response:
        """Ends the session of a refresh token; 204 whether or not there was one, as RFC 7009 has it."""
        exchange = request[EXCHANGE]
        self._gate.count_address(request, exchange, Operation.TOKEN)
        given = await self._given(request)
        await self._sessions.end(given, exchange.request_id, exchange.deadline)
        return web.Response(status=204)

    async def _given(self, request: web.Request) -> GivenToken:
        raw = read_object(parse_json(await read_json_body(request, self._body_bounds)), ("refresh_token",))
        token = read_refresh_token(raw.get("refresh_token"))
        return GivenToken(token.tenant_id, self._peppers.hashes(token.secret))

    def _answer(self, session: Session, refresh: RefreshToken) -> web.Response:
        body = orjson.dumps(
            {
                "access_token": self._tokens.issue(session),
                "token_type": "Bearer",
                "expires_in": int(self._tokens.life_s),
                "refresh_token": refresh.text,
            }
        )
        headers = {"Cache-Control": "no-store"}  # RFC 6749, section 5.1
        return web.Response(body=body, content_type="application/json", headers=headers)

"""Passing one request on, and its answer back."""

from collections.abc import Mapping

import aiohttp
from aiohttp import web

_HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers"),
        *("transfer-encoding", "upgrade", "content-length", "host"),
    )
)  # RFC 9110, section 7.6.1; lengths and hosts are made anew


class NotSent(Exception):  # noqa: N818 -- what happened
    """The upstream did not take the connection: another one may be asked."""


async def forward(session: aiohttp.ClientSession, upstream: str, request: web.Request) -> web.Response:
    """The upstream's answer. Raises NotSent, aiohttp.ClientError and TimeoutError."""
    body = await request.read()
    headers = {**_kept(request.headers), "X-Forwarded-For": _forwarded_for(request)}
    try:
        async with session.request(
            request.method, upstream + request.path_qs, headers=headers, data=body, allow_redirects=False
        ) as answer:
            content = await answer.read()
            return web.Response(status=answer.status, body=content, headers=_kept(answer.headers))
    except aiohttp.ClientConnectorError as error:
        raise NotSent(str(error)) from error


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}


def _forwarded_for(request: web.Request) -> str:
    earlier = request.headers.get("X-Forwarded-For")
    return f"{earlier}, {request.remote}" if earlier else str(request.remote)

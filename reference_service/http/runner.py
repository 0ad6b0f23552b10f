"""Runs the application; requests that no handler ever sees are answered with problem documents, too."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import hdrs, web
from aiohttp.web_protocol import RequestHandler, RequestPayloadError

from reference_service.http.headers import REQUEST_ID, SECURITY
from reference_service.http.problems import expectation_failed, problem

log = logging.getLogger(__name__)
LINE_BYTES = 16 * 1024  # a cursor and a query fit into a request's first line


class ProblemHandler(RequestHandler):
    """One connection. What is no HTTP, or has heads that are too long, is refused in our words."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's words, in place of which ours go out
    ) -> web.StreamResponse:
        """The answer to a request that could not be read; the connection is closed after it."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun already")
        if status >= 500:
            log.error("a request from %s failed outside of its handler", request.remote, exc_info=exc)
            refusal = problem(500, "internal", "The service failed", "The failure is in the service's log.")
        else:
            detail = "This is no HTTP request that the service reads, or its head is too long."
            refusal = problem(status, "unreadable-request", "The request cannot be read", detail)
        return _last(refusal)

    def log_exception(self, *args: object, **kw: object) -> None:
        """A body that cannot be read is its client's doing, and was answered: no error of the service."""
        if isinstance(kw.get("exc_info"), RequestPayloadError):
            self.log_debug("the rest of a body cannot be read")
        else:
            super().log_exception(*args, **kw)


class ProblemServer(web.Server):
    """Makes a handler for each connection."""

    def __call__(self) -> RequestHandler:
        """For the event loop."""
        return ProblemHandler(self, loop=asyncio.get_running_loop(), **self._kwargs)


class ProblemRunner(web.AppRunner):
    """aiohttp's runner, but for who answers what cannot be read."""

    __slots__ = ()

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        # The application makes its server by itself, and knows no way to give it another class.
        server.__class__ = ProblemServer
        server.request_handler = partial(_answer, server.request_handler)
        return server


async def _answer(
    answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], request: web.BaseRequest
) -> web.StreamResponse:
    """The application heeds what a client expects before any middleware, and refuses it in its own words."""
    expected = request.headers.get(hdrs.EXPECT)
    if expected is not None and expected.lower() != "100-continue":
        return _last(expectation_failed())
    return await answer(request)


def _last(refusal: web.Response) -> web.Response:
    """The answer to a request that the application never saw."""
    refusal.headers.update(SECURITY)
    refusal.headers[REQUEST_ID] = secrets.token_hex(8)
    refusal.force_close()
    return refusal


def make_runner(application: web.Application, finish_s: float, idle_s: float) -> ProblemRunner:
    """`finish_s`: what requests under way get when it is cleaned up.

    `idle_s`: what a connection gets for the head of its next request; aiohttp would give it an hour.
    """
    return ProblemRunner(
        application,
        access_log=None,
        shutdown_timeout=finish_s,
        keepalive_timeout=idle_s,
        max_line_size=LINE_BYTES,
        max_field_size=LINE_BYTES,
    )

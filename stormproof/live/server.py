"""The page's server: on loopback, for those who have its address."""

import asyncio
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import orjson
from aiohttp import web

from stormproof.live.feed import Feed
from stormproof.live.guard import TOKEN_HEADER, Asked, Guard
from stormproof.live.page import read_page
from stormproof.live.picture import Picture
from stormproof.live.run_watch import RunWatch
from stormproof.live.target_watch import TargetWatch

MOST_VIEWERS = 16
_SEND_WITHIN_S = 20.0
"""A viewer that takes nothing for so long is gone."""
_AGAIN_AFTER_S = 5
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# A report is opened beside the page: whatever stands in it must not reach what the page may do.
_OF_REPORTS = {"Content-Security-Policy": "sandbox allow-scripts allow-popups allow-downloads allow-modals"}

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LiveServer:
    """Shows what a RunWatch knows; calls `on_abort` when somebody presses the button."""

    def __init__(
        self, watch: RunWatch, target: TargetWatch, guard: Guard, on_abort: Callable[[], None]
    ) -> None:
        self._watch, self._target, self._guard, self._on_abort = watch, target, guard, on_abort
        self._page = read_page()
        self._report: Path | None = None
        self.feed = Feed(self._snapshot)
        self.report_path = f"/report/{secrets.token_urlsafe(24)}"
        """A link cannot send a header: whoever knows this address may read the report, and nothing else."""
        self.viewers = 0
        self._left_s = -math.inf

    def application(self) -> web.Application:
        """Its addresses."""
        application = web.Application(middlewares=[self._guarded], client_max_size=1024)
        application.router.add_get("/", self._show)
        application.router.add_get("/events", self._events)
        application.router.add_post("/abort", self._abort)
        application.router.add_get(self.report_path, self._show_report)
        return application

    def publish(self) -> Picture:
        """Send the state by now to all viewers."""
        picture = self._picture()
        self.feed.publish(orjson.dumps(picture))
        return picture

    def has_report(self, report: Path) -> None:
        """There is one to be linked to."""
        self._report = report

    def looked_at(self, lately_s: float) -> bool:
        """Somebody looks, or did so lately."""
        return self.viewers > 0 or time.monotonic() - self._left_s < lately_s

    def _picture(self) -> Picture:
        return self._watch.picture(self._target.health)

    def _snapshot(self) -> bytes:
        return orjson.dumps({"points": list(self._watch.points), "state": self._picture()})

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = Asked(
            host=request.headers.get("Host"),
            origin=request.headers.get("Origin"),
            fetch_site=request.headers.get("Sec-Fetch-Site"),
            token=request.headers.get(TOKEN_HEADER),
        )
        needs_token = request.path not in {"/", self.report_path}
        refusal = self._guard.refusal(asked, needs_token=needs_token)
        if refusal is not None:
            return web.Response(status=403, text=refusal, headers=_HEADERS)
        return await handler(request)

    async def _show(self, _: web.Request) -> web.Response:
        headers = {**_HEADERS, "Content-Security-Policy": self._page.policy}
        return web.Response(body=self._page.html, content_type="text/html", charset="utf-8", headers=headers)

    async def _show_report(self, _: web.Request) -> web.StreamResponse:
        if self._report is None or not self._report.is_file():
            return web.Response(status=404, text="There is no report.", headers=_HEADERS)
        return web.FileResponse(self._report, headers={**_HEADERS, **_OF_REPORTS})

    async def _abort(self, _: web.Request) -> web.Response:
        if not self._watch.may_abort:
            return web.json_response({"aborts": False}, status=409, headers=_HEADERS)
        self._watch.aborts()
        self._on_abort()
        self.publish()
        return web.json_response({"aborts": True}, status=202, headers=_HEADERS)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if self.viewers >= MOST_VIEWERS:
            headers = {**_HEADERS, "Retry-After": str(_AGAIN_AFTER_S)}
            return web.Response(status=503, text=f"{MOST_VIEWERS} look already.", headers=headers)
        self.viewers += 1
        try:
            return await self._stream(request)
        finally:
            self.viewers -= 1
            self._left_s = time.monotonic()

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        headers = {**_HEADERS, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        seen = _number(request.headers.get("Last-Event-ID"))
        with suppress(ConnectionError, TimeoutError):
            while True:
                over = self.feed.is_over
                data, seen = self.feed.after(seen)
                if data:
                    async with asyncio.timeout(_SEND_WITHIN_S):
                        await response.write(data)
                if over:
                    break
                await self.feed.changed()
        return response


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None

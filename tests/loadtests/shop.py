"""A foreign service as teams have them: orders that take a while, a catalogue, accounts behind a cookie.

Prints its port, then serves until SIGTERM, when it prints how many requests it had, and how many at most at
once. `--slow-s` makes every answer late; `--announce-at` says when so many requests have come.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from aiohttp import web

POLLS_UNTIL_READY = 3
PRODUCTS = ("apple", "pear", "fig", "plum")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Shop:
    """Keeps orders and sessions in memory."""

    def __init__(self, slow_s: float, announce_at: int) -> None:
        self._slow_s = slow_s
        self._announce_at = announce_at
        self._orders: dict[str, dict[str, object]] = {}
        self._ordered = 0
        self._polls: dict[str, int] = {}
        self._accounts: dict[str, str] = {}
        self._at_once = 0
        self.requests = 0
        self.most_at_once = 0

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._counted])
        application.router.add_get("/catalogue", self.catalogue)
        application.router.add_post("/orders", self.order)
        application.router.add_get("/orders/{id}", self.state)
        application.router.add_delete("/orders/{id}", self.cancel)
        application.router.add_post("/login", self.login)
        application.router.add_get("/account", self.account)
        return application

    @web.middleware
    async def _counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests += 1
        if self.requests == self._announce_at:
            say(json.dumps({"request": self.requests}))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self._slow_s)
            return await handler(request)
        finally:
            self._at_once -= 1

    async def catalogue(self, request: web.Request) -> web.StreamResponse:
        wanted = request.query.get("q", "")
        found = [name for name in PRODUCTS if wanted in name]
        return web.json_response({"query": wanted, "products": found})

    async def order(self, request: web.Request) -> web.StreamResponse:
        wanted = await request.json()
        if wanted["product"] not in PRODUCTS:
            return web.json_response({"title": "no such product"}, status=409)
        self._ordered += 1
        number = f"o-{self._ordered}"
        self._orders[number] = {"id": number, "state": "accepted", **wanted}
        self._polls[number] = 0
        headers = {"Location": f"/orders/{number}"}
        return web.json_response(self._orders[number], status=201, headers=headers)

    async def state(self, request: web.Request) -> web.StreamResponse:
        order = self._orders.get(request.match_info["id"])
        if order is None:
            return web.json_response({"title": "no such order"}, status=404)
        number = str(order["id"])
        self._polls[number] += 1
        if self._polls[number] >= POLLS_UNTIL_READY:
            order.update(state="ready", parcel=f"p-{number}")
        return web.json_response(order)

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        gone = self._orders.pop(request.match_info["id"], None)
        return web.Response(status=404 if gone is None else 204)

    async def login(self, request: web.Request) -> web.StreamResponse:
        form = parse_qs(await request.text())
        who = form["user"][0]
        if form["password"] != [f"secret of {who}"]:
            return web.Response(status=403)
        sid = f"sid-{len(self._accounts) + 1}"
        self._accounts[sid] = who
        answer = web.Response(status=204)
        answer.set_cookie("sid", sid)
        answer.set_cookie("theme", "dark")
        return answer

    async def account(self, request: web.Request) -> web.StreamResponse:
        who = self._accounts.get(request.cookies.get("sid", ""))
        if who is None:
            return web.Response(status=401)
        agents = request.headers.getall("User-Agent")
        trace = request.headers.get("X-Trace")
        return web.json_response({"user": who, "trace": trace, "agent": ", ".join(agents)})


async def serve(slow_s: float, announce_at: int) -> None:
    shop = Shop(slow_s, announce_at)
    runner = web.AppRunner(shop.application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    say(str(runner.addresses[0][1]))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    say(json.dumps({"requests": shop.requests, "most_at_once": shop.most_at_once}))
    await runner.cleanup()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--slow-s", type=float, default=0.0)
    parser.add_argument("--announce-at", type=int, default=0)
    asyncio.run(serve(**vars(parser.parse_args())))

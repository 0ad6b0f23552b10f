"""A small shop: what a thing costs, asked of the warehouse; while that is away, what it cost last.

WAREHOUSE=http://127.0.0.1:8082 python shop.py 8080
"""

import os
import sys
from collections.abc import AsyncIterator

from aiohttp import ClientError, ClientSession, ClientTimeout, web

WAREHOUSE = os.environ.get("WAREHOUSE", "http://127.0.0.1:8082")
SESSION = web.AppKey("session", ClientSession)
LAST_PRICES = web.AppKey("last_prices", dict[str, str])


async def price(request: web.Request) -> web.Response:
    thing, last = request.match_info["thing"], request.app[LAST_PRICES]
    try:
        async with request.app[SESSION].get(f"{WAREHOUSE}/{thing}") as answer:
            last[thing] = await answer.text()
            return web.Response(text=last[thing])
    except (ClientError, TimeoutError):
        if thing not in last:
            return web.Response(status=503, headers={"Retry-After": "1"})
        return web.Response(text=last[thing], headers={"Degraded": "warehouse", "Served-From": "stale"})


async def health(_: web.Request) -> web.Response:
    return web.Response(text="well")


async def session(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession(timeout=ClientTimeout(total=0.2)) as app[SESSION]:
        yield


def main() -> None:
    app = web.Application()
    app[LAST_PRICES] = {}
    app.cleanup_ctx.append(session)
    app.add_routes([web.get("/prices/{thing}", price), web.get("/health", health)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))


if __name__ == "__main__":
    main()

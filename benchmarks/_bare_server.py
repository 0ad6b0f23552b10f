"""An aiohttp handler that does nothing but return the same bytes: what can be had at most.

python -m benchmarks._bare_server PORT: reads the body from stdin, says `ready`, serves until it is stopped.
"""

import asyncio
import sys

import uvloop
from aiohttp import web


async def serve(port: int, body: bytes) -> None:
    """Like the service: the same loop, no access log."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    application = web.Application()
    application.router.add_get("/search", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=2048).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.stdin.buffer.read()))

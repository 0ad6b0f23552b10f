"""What stands in front of Elasticsearch in production, with a bound on bodies of its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from evidence.ports import HOST

PASSED_ON, PASSED_BACK = ("Accept", "Content-Type"), ("Content-Type", "X-Elastic-Product")
MOST_BYTES = 100 * 1024**2
# As nginx says it: HTML, whatever was asked for.
REFUSAL = "<html><head><title>413 Request Entity Too Large</title></head><body>nginx</body></html>"


@dataclass
class SizeFront:
    """Its address, the bound, and the bodies that it let pass or refused, by their bytes.

    `speaks`: the version of the interface that it makes requests ask for, in place of the client's.
    """

    most_bytes: int
    speaks: int | None = None
    url: str = ""
    passed: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


@asynccontextmanager
async def size_front(target_url: str, most_bytes: int) -> AsyncIterator[SizeFront]:
    """Passes requests on to the target, but for those whose bodies are larger."""
    front = SizeFront(most_bytes)
    async with aiohttp.ClientSession(target_url) as session:

        async def pass_on(request: web.Request) -> web.Response:
            body = await request.read()
            if len(body) > front.most_bytes:
                front.refused.append(len(body))
                return web.Response(status=413, text=REFUSAL, content_type="text/html")
            front.passed.append(len(body))
            headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
            if front.speaks is not None:
                speaks = f"compatible-with={front.speaks}"
                headers = {name: re.sub(r"compatible-with=\d+", speaks, headers[name]) for name in headers}
            async with session.request(
                request.method, request.raw_path, data=body or None, headers=headers
            ) as reply:
                kept = {name: reply.headers[name] for name in PASSED_BACK if name in reply.headers}
                return web.Response(status=reply.status, body=await reply.read(), headers=kept)

        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_route("*", "/{path:.*}", pass_on)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        front.url = f"http://{host}:{port}"
        try:
            yield front
        finally:
            await runner.cleanup()

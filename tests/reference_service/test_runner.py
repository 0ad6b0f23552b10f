"""Connections that bring no request are not kept: whoever opens many of them must not take all there are."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from reference_service.http.runner import make_runner

IDLE_S = 0.2
WHOLE = b"GET /quick HTTP/1.1\r\nHost: x\r\n\r\n"


async def quick(_: web.Request) -> web.Response:
    return web.Response(text="quick")


async def slow(_: web.Request) -> web.Response:
    await asyncio.sleep(3 * IDLE_S)
    return web.Response(text="slow")


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    application = web.Application()
    application.router.add_get("/quick", quick)
    application.router.add_get("/slow", slow)
    runner = make_runner(application, 1.0, IDLE_S)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def all_that_comes(port: int, sent: bytes) -> bytes:
    """Until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(10):
        received = await reader.read()
    writer.close()
    return received


@pytest.mark.parametrize("sent", [b"", b"GET /quick HT", WHOLE[:-2]])
async def test_a_connection_that_brings_no_whole_head_is_closed(port: int, sent: bytes) -> None:
    assert await all_that_comes(port, sent) == b""


@pytest.mark.parametrize("sent", [WHOLE, WHOLE + WHOLE[:-2]])
async def test_one_that_had_its_answer_is_closed_when_nothing_follows(port: int, sent: bytes) -> None:
    assert (await all_that_comes(port, sent)).count(b"200 OK") == 1


async def test_one_whose_answer_takes_longer_stays_open_for_it(port: int) -> None:
    assert b"slow" in await all_that_comes(port, WHOLE.replace(b"quick", b"slow"))

"""Asking a real target, that changes and goes away."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from evidence.free_port import free_port
from stormproof.live.health import SILENT
from stormproof.live.picture import TargetHealth
from stormproof.live.target_watch import TargetWatch


async def told(watch: TargetWatch, wanted: Callable[[TargetHealth], bool]) -> TargetHealth:
    async with asyncio.timeout(20):
        while watch.health is None or not wanted(watch.health):
            await asyncio.sleep(0.02)
    return watch.health


async def test_the_last_word_of_a_target_stays_when_it_is_gone() -> None:
    state = "up"

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"status": "ready", "dependencies": {"db": {"state": state}}})

    application = web.Application()
    application.router.add_get("/health/ready", ready)
    runner, port = web.AppRunner(application), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    watch = TargetWatch()
    following = asyncio.create_task(watch.follow(f"http://127.0.0.1:{port}/"))
    try:
        await told(watch, lambda health: bool(health.dependencies))
        state = "down"
        await told(watch, lambda health: health.dependencies[0].state == "down")
        await runner.cleanup()
        last = await told(watch, lambda health: health.told != "ready")
        assert last.told.startswith("cannot be asked: ")
        assert last.told.endswith("; this is what it said last")
        assert last.dependencies[0].state == "down"
    finally:
        following.cancel()
        await runner.cleanup()


async def test_a_target_without_such_a_page_is_said_to_be_silent() -> None:
    runner, port = web.AppRunner(web.Application()), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    watch = TargetWatch()
    following = asyncio.create_task(watch.follow(f"http://127.0.0.1:{port}"))
    try:
        assert (await told(watch, lambda _: True)).told == SILENT
    finally:
        following.cancel()
        await runner.cleanup()

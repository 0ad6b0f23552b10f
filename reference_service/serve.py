"""Listens, and stops in good order."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal

from aiohttp import web

from reference_service.http.runner import make_runner
from reference_service.service import Service
from reference_service.settings import Settings

log = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT; then: not ready, port closed, requests finished, connections closed."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    service = Service(settings)
    runner = make_runner(service.application, settings.finish_s)
    await runner.setup()
    await service.start()
    try:
        # aiohttp's own backlog of 128 turns a burst of connections into retries that look like 1 s latencies.
        await web.TCPSite(runner, settings.host, settings.port, backlog=settings.backlog).start()
        # What was made at start stays: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        log.info(
            "listening on %s:%d, %d identities known", settings.host, settings.port, service.identifier.known
        )
        await stop.wait()
        log.info("stopping")
        service.health.stopping = True
        await asyncio.sleep(settings.drain_s)
    finally:
        await runner.cleanup()
        await service.stop()
        log.info("stopped")

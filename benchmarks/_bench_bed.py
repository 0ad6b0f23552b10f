"""What benchmarks of the service share: its database and indices apart, its settings, its command line."""

import argparse
import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import uvloop

from evidence.home import resolve_home
from evidence.ports import HOST, StackPorts
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, TestBed

# Windows of a second instead of a minute: what limits count is counted, and only true floods are refused.
UNLIMITED = {"SERVICE_LIMIT_WINDOW_S": "1", "SERVICE_BURST": "10000"}


def straight(bed: TestBed) -> dict[str, str]:
    """Settings of a service that goes past Toxiproxy, which a production does not have."""
    return {
        "SERVICE_ELASTICSEARCH_URL": bed.elasticsearch_url,
        "SERVICE_POSTGRES_DSN": bed.service_dsn,
        "SERVICE_REDIS_CACHE_URL": bed.redis_cache_url,
        "SERVICE_REDIS_STATE_URL": bed.redis_state_url,
    }


def on_a_bed(parser: argparse.ArgumentParser, run: Callable[[TestBed], Awaitable[int]]) -> int:
    """Against the stack that is up (`stormproof up`), seeded; what `run` returns."""
    home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
    with tempfile.TemporaryDirectory(prefix=f"{parser.prog.rpartition('.')[2]}-") as folder:
        bed = TestBed(StackPorts(home.port_base), Path(folder))
        bed.seed()

        async def work() -> int:
            return await run(bed)

        return uvloop.run(work())


@asynccontextmanager
async def running(bed: TestBed, **settings: str) -> AsyncIterator[ServiceProcess]:
    """The service, ready."""
    service = ServiceProcess(bed, bed.ports.port_base + SERVICE_OFFSET, **settings)
    await service.start()
    try:
        await service.wait_for("ready", 30)
        yield service
    finally:
        await asyncio.shield(service.stop())


@asynccontextmanager
async def proxies(bed: TestBed) -> AsyncIterator[Proxies]:
    """For breaking things; nothing stays broken."""
    async with aiohttp.ClientSession(f"http://{HOST}:{bed.ports.toxiproxy_admin}") as session:
        made = Proxies(session)
        await made.heal_all()
        try:
            yield made
        finally:
            await made.heal_all()

"""The service behind the real stack: seeded once, started once, whole again before every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from evidence.ports import HOST, StackPorts
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed


class RealStack(Protocol):
    """What the session's stack tells."""

    @property
    def port_base(self) -> int: ...

    @property
    def state_dir(self) -> Path: ...


@pytest.fixture(scope="session")
def bed(real_stack: RealStack, tmp_path_factory: pytest.TempPathFactory) -> TestBed:
    """A seeded database, indices and Redis databases, apart from those of a demonstration."""
    made = TestBed(StackPorts(real_stack.port_base), tmp_path_factory.mktemp("service"))
    made.seed()
    return made


@pytest_asyncio.fixture(scope="session")
async def running_service(bed: TestBed, all_proxies: Proxies) -> AsyncIterator[ServiceProcess]:
    """The service's process, for the whole session."""
    await all_proxies.heal_all()
    service = ServiceProcess(bed, bed.ports.port_base + SERVICE_OFFSET)
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


@pytest_asyncio.fixture(scope="session")
async def all_proxies(bed: TestBed) -> AsyncIterator[Proxies]:
    """Toxiproxy's interface, for the whole session."""
    async with aiohttp.ClientSession(f"http://{HOST}:{bed.ports.toxiproxy_admin}") as session:
        yield Proxies(session)


@pytest_asyncio.fixture
async def proxies(all_proxies: Proxies) -> AsyncIterator[Proxies]:
    """For breaking things; nothing stays broken."""
    yield all_proxies
    await all_proxies.heal_all()


@pytest_asyncio.fixture
async def service(
    running_service: ServiceProcess, cache: Redis, state: Redis, proxies: Proxies
) -> ServiceProcess:
    """The service, healthy, with empty caches and unused limits."""
    await running_service.wait_for("ready", 15)
    await cache.flushdb()
    await state.flushdb()
    running_service.stalls.reset()
    return running_service


@pytest_asyncio.fixture
async def cache(bed: TestBed) -> AsyncIterator[Redis]:
    """The cache Redis, past its proxy."""
    client = Redis.from_url(bed.redis_cache_url)
    yield client
    await client.aclose()


@pytest_asyncio.fixture
async def state(bed: TestBed) -> AsyncIterator[Redis]:
    """The state Redis, past its proxy."""
    client = Redis.from_url(bed.redis_state_url)
    yield client
    await client.aclose()


@pytest.fixture
def acme(bed: TestBed) -> Tenant:
    """An enterprise tenant."""
    return bed.tenants()["enterprise-01"]


@pytest.fixture
def rival(bed: TestBed) -> Tenant:
    """Another enterprise tenant."""
    return bed.tenants()["enterprise-02"]

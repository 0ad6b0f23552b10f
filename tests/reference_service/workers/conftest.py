"""A service of two workers, apart from the one that other tests use."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, TestBed

FIRST_NUMBER = "20"


@pytest_asyncio.fixture(scope="module")
async def running_crew(bed: TestBed, all_proxies: Proxies) -> AsyncIterator[ServiceProcess]:
    """Started once for a module."""
    await all_proxies.heal_all()
    port = bed.ports.port_base + SERVICE_OFFSET + 2
    crew = ServiceProcess(
        bed, port, SERVICE_WORKERS="2", SERVICE_WORKER=FIRST_NUMBER, SERVICE_LOG_LEVEL="INFO"
    )
    await crew.start()
    try:
        yield crew
    finally:
        await crew.stop()


@pytest_asyncio.fixture
async def crew(running_crew: ServiceProcess) -> ServiceProcess:
    """Both workers ready."""
    await running_crew.wait_for("ready", 20)
    return running_crew

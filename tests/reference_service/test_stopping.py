"""A stop in good order: told to balancers, and nothing under way is lost."""

import asyncio
import signal

import pytest

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


async def test_sigterm_ends_readiness_finishes_requests_and_exits_0(
    bed: TestBed, proxies: Proxies, acme: Tenant
) -> None:
    other = ServiceProcess(bed, bed.ports.port_base + SERVICE_OFFSET + 1, SERVICE_DRAIN_S="1")
    await other.start()
    async with proxies.slow("elasticsearch", 600):
        under_way = [asyncio.create_task(other.search(acme, f"stopping{n}")) for n in range(10)]
        await asyncio.sleep(0.1)
        assert other.process is not None
        other.process.send_signal(signal.SIGTERM)
        assert await other.wait_for("stopping", 5) < 1
        assert (await other.call("GET", "/health/ready")).status == 503
        replies = await asyncio.gather(*under_way)
    assert all((r.status, r.source) == (200, "live") for r in replies)
    assert await other.stop() == 0


async def test_it_starts_without_postgres_and_serves_when_it_is_back(
    bed: TestBed, proxies: Proxies, acme: Tenant
) -> None:
    other = ServiceProcess(bed, bed.ports.port_base + SERVICE_OFFSET + 1)
    async with proxies.refused("postgres"):
        await other.start()
        assert (await other.call("GET", "/health/ready")).status == 503
        assert (await other.search(acme, "x")).status == 503
    await other.wait_for("ready", 10)
    assert (await other.search(acme, "x")).status == 200
    assert await other.stop() == 0

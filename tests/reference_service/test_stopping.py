"""A stop in good order: told to balancers, and nothing under way is lost."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import psutil
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
    assert await asyncio.to_thread(other.process.wait, 20) == 0


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


async def test_a_stop_under_load_answers_every_request_that_was_sent(bed: TestBed, acme: Tenant) -> None:
    other = ServiceProcess(
        bed, bed.ports.port_base + SERVICE_OFFSET + 1, SERVICE_DRAIN_S="1", SERVICE_BURST="10000"
    )
    await other.start()
    async with Load(other.url, acme).from_clients(8) as load:
        await load.have_answered(100)
        assert other.process is not None
        other.process.send_signal(signal.SIGTERM)
        # What a balancer does: it sends nothing new once the service is not ready.
        await other.wait_for("stopping", 5)
    assert set(load.outcomes) == {"200"}, load.outcomes
    assert await asyncio.to_thread(other.process.wait, 20) == 0


async def test_asked_twice_it_stops_at_once_and_says_what_it_cut(
    bed: TestBed, proxies: Proxies, acme: Tenant
) -> None:
    other = ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 1,
        SERVICE_DRAIN_S="60",
        SERVICE_SEARCH_DEADLINE_S="30",
    )
    await other.start()
    async with proxies.hung("elasticsearch"):
        under_way = asyncio.create_task(other.search(acme, "cut"))
        while not await other.metric("requests_under_way"):
            pass
        assert other.process is not None
        other.process.send_signal(signal.SIGTERM)
        await other.wait_for("stopping", 5)
        other.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(other.process.wait, 10) == 1
        with pytest.raises(aiohttp.ClientError):
            await under_way
    assert "1 requests were cut" in other.log()


async def test_replacing_every_worker_under_load_fails_no_request(bed: TestBed, acme: Tenant) -> None:
    crew = ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 1,
        SERVICE_WORKERS="2",
        SERVICE_WORKER="40",
        SERVICE_BURST="10000",
    )
    await crew.start()
    try:
        await crew.wait_for("ready", 20)
        assert crew.process is not None
        supervisor = psutil.Process(crew.process.pid)
        first = {worker.pid for worker in supervisor.children()}
        async with Load(crew.url, acme).from_clients(4) as load:
            await load.have_answered(50)
            crew.process.send_signal(signal.SIGHUP)
            async with asyncio.timeout(60):
                while first & {worker.pid for worker in supervisor.children()}:
                    await load.have_answered(10)
            await load.have_answered(50)
        assert set(load.outcomes) == {"200"}, load.outcomes
        assert len(supervisor.children()) == 2
    finally:
        assert await crew.stop() == 0


class Load:
    """Clients that each keep a connection and ask one search after the other."""

    def __init__(self, url: str, tenant: Tenant) -> None:
        self._url = url
        self._tenant = tenant
        self._enough = asyncio.Event()
        self.outcomes: Counter[str] = Counter()
        self._answered = asyncio.Condition()

    @asynccontextmanager
    async def from_clients(self, number: int) -> AsyncIterator[Load]:
        """At the end every client has its last answer."""
        clients = [asyncio.create_task(self._client(n)) for n in range(number)]
        try:
            yield self
        finally:
            self._enough.set()
            await asyncio.gather(*clients)

    async def have_answered(self, more: int) -> None:
        """Waits until so many more have been answered."""
        target = self.outcomes.total() + more
        async with asyncio.timeout(20), self._answered:
            await self._answered.wait_for(lambda: self.outcomes.total() >= target)

    async def _client(self, number: int) -> None:
        async with aiohttp.ClientSession(self._url, headers=self._tenant.headers) as session:
            for n in itertools.cycle(range(50)):
                if self._enough.is_set():
                    return
                try:
                    async with session.get(f"/search?q=load{number % 3}x{n}") as response:
                        await response.read()
                        self.outcomes[str(response.status)] += 1
                except aiohttp.ClientError as error:
                    self.outcomes[repr(error)] += 1
                async with self._answered:
                    self._answered.notify_all()

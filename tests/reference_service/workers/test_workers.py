"""Several workers on one port: started again when they die, gone with their supervisor, counted together."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import psutil
import pytest

from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


def workers(crew: ServiceProcess) -> list[psutil.Process]:
    assert crew.process is not None
    return psutil.Process(crew.process.pid).children()


async def test_searches_that_any_worker_answered_add_up_and_survive_its_death(
    crew: ServiceProcess, acme: Tenant
) -> None:
    async def counted() -> float:
        return await crew.metric("search_queries_total", tenant=acme.id)

    await crew.search(acme, "warm")
    before = await counted()
    for n in range(40):
        # A connection each, so that both workers get some.
        async with aiohttp.request("GET", f"{crew.url}/search?q=sum{n}", headers=acme.headers) as response:
            assert response.status == 200
    assert await counted() == before + 40

    victim = workers(crew)[0]
    victim.kill()
    await crew.wait_for("ready", 10, restarts=1)
    assert victim.pid not in {worker.pid for worker in workers(crew)}
    assert len(workers(crew)) == 2
    assert await counted() == before + 40
    await crew.search(acme, "after")
    assert await counted() == before + 41
    assert await crew.metric("workers", state="ready") == 2


async def test_gauges_are_of_living_workers_only(crew: ServiceProcess) -> None:
    per_worker = await crew.metric("breaker_state", breaker="elasticsearch.read")
    assert per_worker == 2
    memory = await crew.metric("resident_memory_bytes")
    assert memory == pytest.approx(sum(worker.memory_info().rss for worker in workers(crew)), rel=0.2)


async def test_while_a_worker_is_stuck_the_other_answers(crew: ServiceProcess, acme: Tenant) -> None:
    stuck = workers(crew)[0]
    stuck.suspend()
    try:
        for n in range(20):
            async with (
                asyncio.timeout(2),
                aiohttp.request("GET", f"{crew.url}/search?q=stuck{n}", headers=acme.headers) as response,
            ):
                assert response.status == 200
    finally:
        stuck.resume()


async def test_a_worker_that_dies_while_no_process_can_be_started_comes_back_when_one_can(
    crew: ServiceProcess,
) -> None:
    assert crew.process is not None
    supervisor = psutil.Process(crew.process.pid)
    before = supervisor.rlimit(psutil.RLIMIT_NOFILE)
    restarts = int(await crew.metric("worker_restarts"))
    supervisor.rlimit(psutil.RLIMIT_NOFILE, (3, before[1]))
    try:
        workers(crew)[0].kill()
        async with asyncio.timeout(10):
            while "no worker can be started now" not in crew.log():
                await asyncio.sleep(0.02)
        assert len(workers(crew)) == 1
    finally:
        supervisor.rlimit(psutil.RLIMIT_NOFILE, before)
    await crew.wait_for("ready", 20, restarts=restarts + 1)
    assert len(workers(crew)) == 2


async def test_a_worker_whose_files_cannot_be_put_away_is_started_again(crew: ServiceProcess) -> None:
    victim = workers(crew)[0]
    (number,) = (part.partition("=")[2] for part in victim.cmdline() if part.startswith("--number="))
    (file,) = crew.bed.directory.glob(f"metrics/*/gauge_livesum_{number}.db")
    file.unlink()
    file.mkdir()  # which nobody removes as a file
    try:
        victim.kill()
        async with asyncio.timeout(20):
            while len(workers(crew)) < 2 or victim.pid in {worker.pid for worker in workers(crew)}:
                await asyncio.sleep(0.02)
    finally:
        file.rmdir()
    await crew.wait_for("ready", 20)


async def test_kill_9_of_the_supervisor_leaves_no_worker_and_the_port_is_free_at_once(
    bed: TestBed, acme: Tenant
) -> None:
    port = bed.ports.port_base + SERVICE_OFFSET + 3
    crew = ServiceProcess(bed, port, SERVICE_WORKERS="2", SERVICE_WORKER="30")
    await crew.start()
    left = workers(crew)
    assert len(left) == 2
    assert crew.process is not None
    crew.process.kill()
    _, alive = await asyncio.to_thread(psutil.wait_procs, left, 10)
    assert not alive
    await crew.kill_and_restart()
    await crew.wait_for("ready", 60)
    assert (await crew.search(acme, "again")).status == 200
    assert await crew.stop() == 0


async def test_workers_that_cannot_start_are_given_up_after_a_few_times(bed: TestBed) -> None:
    port = bed.ports.port_base + SERVICE_OFFSET + 3
    not_a_folder = bed.directory / "not-a-folder"
    not_a_folder.write_text("a journal cannot be kept here")
    crew = ServiceProcess(
        bed, port, SERVICE_WORKERS="2", SERVICE_JOURNAL_DIR=str(not_a_folder), SERVICE_LOG_LEVEL="ERROR"
    )
    began_s = time.monotonic()
    assert await crew.run_to_its_end(180) != 0
    assert "no worker can start: giving up" in crew.log()
    assert time.monotonic() - began_s > 0.1 + 0.2 + 0.4 + 0.8

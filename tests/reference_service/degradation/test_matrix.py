"""The whole matrix: six faults, four dependencies, every operation; and the pairs that matter most."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import psutil
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from reference_service.ports.dependency import Dependency
from tests.conftest import RealStack
from tests.reference_service.degradation.cell import ask, findings, marked, prepare
from tests.reference_service.degradation.faults import FAULTS, Faults
from tests.reference_service.degradation.held_journal import held_journal
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack

EACH = 10  # of each of three kinds: 30 requests of every operation a cell
# `make proof` asks for enough of them for a p99: every single answer must be in time, in each round.
ROUNDS = int(os.environ.get("STORMPROOF_MATRIX_ROUNDS", "1"))
RECOVERY_S = 5.0
MOST_EXCUSED_S = 0.25
ES, PG, CACHE, STATE = Dependency
PAIRS = (
    {ES, CACHE},
    {ES, PG},
    {PG, STATE},
    {PG, CACHE},
    {CACHE, STATE},
    {ES, CACHE, STATE},
    {ES, PG, CACHE, STATE},
)


@pytest_asyncio.fixture(scope="session")
async def matrix_service(bed: TestBed, all_proxies: Proxies) -> AsyncIterator[ServiceProcess]:
    """A service of its own, so that what other tests left in pools and breakers is not in it."""
    await all_proxies.heal_all()
    service = ServiceProcess(bed, bed.ports.port_base + SERVICE_OFFSET + 5, SERVICE_WORKER="5")
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


@pytest_asyncio.fixture(autouse=True)
async def nothing_is_told_late(running_service: ServiceProcess) -> None:
    """The other service shares the cache: what it missed in the last cell makes answers old in this one."""
    await running_service.wait_for("ready", 30)
    await marked([running_service])


@pytest.fixture
def faults(proxies: Proxies, real_stack: RealStack) -> Faults:
    return Faults(proxies, real_stack.settings)


async def run_cell(
    service: ServiceProcess,
    cache: Redis,
    state: Redis,
    tenant: Tenant,
    faults: Faults,
    fault: str,
    down: set[Dependency],
) -> None:
    await service.wait_for("ready", 30)
    await state.flushdb()
    questions, things = await prepare(service, cache, tenant, EACH)
    service.stalls.reset()
    async with AsyncExitStack() as broken:
        broken.enter_context(held_journal(service.bed.directory / "journal", tenant.id, things.journaled))
        for dependency in down:
            await broken.enter_async_context(faults.of(fault, dependency))
        answers = await ask(service, questions)
        excused_s = service.stalls.worst_s
    patient = [(q, r) for q, r in answers if fault == "slow" and q.operation == "bulk"]
    hasty = [answer for answer in answers if answer not in patient]
    # The deadline of a bulk is longer than this slowness: it is waited for, until the breaker has opened.
    waited = [(q, r) for q, r in patient if not {d.value for d in down} & r.degraded]
    without = [answer for answer in patient if answer not in waited]
    excused_s = min(excused_s, MOST_EXCUSED_S)
    found = [
        *findings(hasty, frozenset(down), excused_s),
        *findings(waited, frozenset(), excused_s),
        *findings(without, frozenset(down), excused_s),
    ]
    assert not found, f"{len(found)} of {len(answers)} answers:\n" + "\n".join(map(str, found[:12]))
    assert await service.wait_for("ready", RECOVERY_S + 1) < RECOVERY_S
    await nothing_is_left(service)


async def nothing_is_left(service: ServiceProcess) -> None:
    """No place stays taken, no connection is left behind.

    What was accepted locally is being carried to PostgreSQL as soon as that is back: that takes places, too.
    """
    assert await service.metric("requests_under_way") == 0
    async with asyncio.timeout(10):
        while await service.metric("journal_waiting_sets") or await service.metric("guard_in_use"):
            await asyncio.sleep(0.05)
    assert service.process is not None
    assert psutil.Process(service.process.pid).num_fds() < 300


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("dependency", Dependency)
@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_one_dependency_is_away(
    matrix_service: ServiceProcess,
    cache: Redis,
    state: Redis,
    acme: Tenant,
    faults: Faults,
    dependency: Dependency,
    fault: str,
    turn: int,
) -> None:
    await run_cell(matrix_service, cache, state, acme, faults, fault, {dependency})


@pytest.mark.parametrize("fault", ["refused", "hung"])
@pytest.mark.parametrize("down", PAIRS, ids=lambda down: "+".join(sorted(down)))
@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_several_dependencies_are_away(
    matrix_service: ServiceProcess,
    cache: Redis,
    state: Redis,
    acme: Tenant,
    faults: Faults,
    down: set[Dependency],
    fault: str,
    turn: int,
) -> None:
    await run_cell(matrix_service, cache, state, acme, faults, fault, down)

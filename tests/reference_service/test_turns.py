"""Big bodies do not hold up everybody else: their work is done in pieces, between which others come in."""

import asyncio
import http.client
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import pytest
from aiohttp import web

from evidence.ports import HOST
from reference_service.http.runner import make_runner
from reference_service.service import Service
from reference_service.settings import read_settings
from reference_service.turns import PIECE_S, Turns
from reference_service.workers.listener import bind_listener
from tests.reference_service.hand_clock import HandClock
from tests.reference_service.service_process import SERVICE_OFFSET, Tenant, TestBed

QUOTES = '"' * 5100  # twice as long when written: what costs most of all that is allowed
HONEST = orjson.dumps(
    {"operations": [{"index": {"id": f"q-{n}", "title": "t", "content": QUOTES}} for n in range(1000)]}
)
ALL_VALUES = b'{"operations":[' + b",".join([b"{}"] * 3_000_000) + b"]}"


async def test_others_come_in_when_a_piece_is_done_and_not_before() -> None:
    clock, came_in = HandClock(), asyncio.Event()
    turns = Turns(clock)
    asyncio.get_running_loop().call_soon(came_in.set)
    clock.pass_s(PIECE_S / 2)
    await turns.give()
    assert not came_in.is_set()
    clock.pass_s(PIECE_S)
    await turns.give()
    assert came_in.is_set()
    came_in.clear()
    asyncio.get_running_loop().call_soon(came_in.set)
    await turns.give()
    assert not came_in.is_set()


class LongestTurn:
    """The most that this thread worked, by its processor's time, before others got their turn."""

    def __init__(self) -> None:
        self.worst_s = 0.0
        self._watching = asyncio.create_task(self._watch())

    def stop(self) -> None:
        self._watching.cancel()

    async def _watch(self) -> None:
        while True:
            before_s = time.thread_time()
            await asyncio.sleep(0.0005)
            self.worst_s = max(self.worst_s, time.thread_time() - before_s)


@asynccontextmanager
async def service_within(bed: TestBed) -> AsyncIterator[int]:
    """The service in this process, so that its work can be measured; its port."""
    port = bed.ports.port_base + SERVICE_OFFSET + 8
    environment = {
        **bed.environment(direct=True, port=port),
        "SERVICE_WORKER": "40",
        "SERVICE_BURST": "10000",
    }
    service = Service(read_settings({k: v for k, v in environment.items() if k.startswith("SERVICE_")}))
    runner = make_runner(service.application, 0.5, 75.0)
    await runner.setup()
    await service.start()
    listener = bind_listener(HOST, port, 0.0)
    await web.SockSite(runner, listener).start()
    try:
        yield port
    finally:
        await runner.cleanup()
        await service.stop(3.0)


def post(port: int, tenant: Tenant, path: str, body: bytes) -> int:
    """Sends it from a thread of its own, whose work does not count."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    headers = {**tenant.headers, "Content-Type": "application/json", "Idempotency-Key": f"{time.time_ns()}"}
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.stack
@pytest.mark.parametrize(
    ("path", "body", "statuses"),
    [("/bulk", HONEST, {202}), ("/bulk", ALL_VALUES, {400}), ("/search", ALL_VALUES, {413})],
    ids=["a bulk", "a bulk of nothing but values", "a search"],
)
async def test_a_body_of_10_mb_holds_nobody_up_for_much_longer_than_reading_its_json_takes(
    bed: TestBed, acme: Tenant, path: str, body: bytes, statuses: set[int]
) -> None:
    yardsticks_s, worst_s = [], []
    async with service_within(bed) as port:
        for _ in range(4):  # the best of some: what else the machine does makes the others longer
            before_s = time.thread_time()
            orjson.loads(HONEST)
            yardsticks_s.append(time.thread_time() - before_s)
            longest = LongestTurn()
            try:
                assert await asyncio.to_thread(post, port, acme, path, body) in statuses
            except ConnectionError:
                assert statuses == {413}  # refused by its head, and the connection closed, while it is sent
            longest.stop()
            worst_s.append(longest.worst_s)
    assert min(worst_s) < 3.5 * min(yardsticks_s), (worst_s, yardsticks_s)

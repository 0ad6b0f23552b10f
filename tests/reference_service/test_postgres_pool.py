"""Connections that are lost in the middle of something."""

import asyncio

import asyncpg
import pytest

from reference_service.ports.postgres import is_fault
from reference_service.ports.postgres_pool import PostgresPool
from tests.reference_service.service_process import TestBed


@pytest.mark.stack
async def test_a_connection_that_is_lost_between_two_messages_is_the_server_s_fault(bed: TestBed) -> None:
    pool = PostgresPool(lambda: bed.connect(bed.service_dsn), 1)

    async def work(connection: asyncpg.Connection) -> object:
        statement = await connection.prepare("SELECT 1")
        connection.terminate()
        # What asyncpg itself does next.
        return connection._protocol.bind_execute(statement)  # type: ignore[attr-defined]  # its own

    with pytest.raises(asyncpg.InterfaceError) as raised:
        await pool.run(work)
    assert is_fault(raised.value)

    async def again(connection: asyncpg.Connection) -> object:
        return await connection.fetchval("SELECT 2")

    assert await pool.run(again) == 2
    await pool.close()


@pytest.mark.stack
async def test_who_is_cut_off_when_its_answer_is_there_takes_no_connection_from_others(bed: TestBed) -> None:
    made: list[asyncpg.Connection] = []

    async def make() -> asyncpg.Connection:
        made.append(await bed.connect(bed.service_dsn))
        return made[-1]

    async def work(connection: asyncpg.Connection) -> object:
        return await connection.fetchval("SELECT 1")

    pool = PostgresPool(make, 1)
    cut = asyncio.create_task(pool.run(work))
    while not pool.counts()["idle"]:
        await asyncio.sleep(0)
    # It is anybody's now, and the one who is cut off has not heard of it yet.
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    assert await pool.run(work) == 1
    assert len(made) == 1
    await pool.close()

"""Connections that are lost in the middle of something."""

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

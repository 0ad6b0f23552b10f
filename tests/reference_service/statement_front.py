"""What stands in front of PostgreSQL and counts the statements that pass."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from evidence.ports import HOST

# Of the messages that a client sends: a simple query, and the execution of a prepared one.
EXECUTING = (b"Q", b"E")


@dataclass
class StatementFront:
    """Its port, and how many statements were executed through it."""

    port: int = 0
    executed: int = 0


@asynccontextmanager
async def statement_front(target_port: int) -> AsyncIterator[StatementFront]:
    """Passes everything on to the target."""
    front = StatementFront()
    writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_connection(HOST, target_port)
        writers.update((writer, to_there))
        await asyncio.gather(_count(front, reader, to_there), _pass_on(there, writer))

    server = await asyncio.start_server(serve, HOST, 0)
    front.port = server.sockets[0].getsockname()[1]
    try:
        yield front
    finally:
        for writer in writers:
            writer.close()
        server.close()


async def _count(front: StatementFront, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The first message has no type before its length."""
    kind = b""
    try:
        while True:
            length = await reader.readexactly(4)
            rest = await reader.readexactly(int.from_bytes(length) - 4)
            front.executed += kind in EXECUTING
            writer.write(kind + length + rest)
            kind = await reader.readexactly(1)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65_536):
            writer.write(part)
    except ConnectionError:
        pass
    writer.close()

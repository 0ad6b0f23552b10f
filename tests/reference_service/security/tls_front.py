"""What stands in front of a server that has no TLS of its own, and speaks it for that server."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from evidence.ports import HOST

# PostgreSQL's SSLRequest: its length, and a number in place of a protocol version. A byte answers it.
SSL_REQUEST = bytes.fromhex("0000000804d2162f")


def server_context(chain: str, key: str, highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """What a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = highest
    context.load_cert_chain(chain, key)
    return context


@asynccontextmanager
async def tls_front(
    context: ssl.SSLContext, target_port: int, *, asked_first: bool = False
) -> AsyncIterator[int]:
    """Listens on a port of its own, yields it. `asked_first`: plain until the client asks for TLS."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if asked_first:
                if await reader.readexactly(len(SSL_REQUEST)) != SSL_REQUEST:
                    writer.close()
                    return
                writer.write(b"S")
                await writer.start_tls(context)
            far_reader, far_writer = await asyncio.open_connection(HOST, target_port)
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    server = await asyncio.start_server(relay, HOST, 0, ssl=None if asked_first else context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()

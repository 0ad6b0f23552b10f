"""Clients that send the next request when they have the last answer; far lighter than any server they ask.

python -m benchmarks._closed_clients: reads a plan as JSON from stdin, prints the result as JSON.
"""

import asyncio
import sys
import time
from dataclasses import asdict, dataclass
from typing import cast

import orjson
import uvloop

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


@dataclass(frozen=True)
class Plan:
    """Whole requests as text; each connection sends all of them in turns, beginning at its own."""

    port: int
    requests: list[str]
    connections: int
    duration_s: float


@dataclass(frozen=True)
class Outcome:
    """Answers with status 200, and others."""

    per_s: float
    good: int
    bad: int


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: list[bytes], first: int, until_s: float, done: asyncio.Future[None]) -> None:
        self.good = self.bad = 0
        self._requests = requests
        self._next = first
        self._until_s = until_s
        self._done = done
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # a TCP connection's always is one
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(HEAD_END)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        place = head.index(LENGTH) + len(LENGTH)
        length = int(head[place:].split(b"\r", 1)[0])
        if len(self._buffer) < end + len(HEAD_END) + length:
            return
        if head.startswith(b"http/1.1 200"):
            self.good += 1
        else:
            self.bad += 1
        self._buffer = b""
        if time.perf_counter() < self._until_s:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def _send(self) -> None:
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1


async def ask(plan: Plan) -> Outcome:
    """All of it."""
    loop = asyncio.get_running_loop()
    requests = [text.encode() for text in plan.requests]
    began_s = time.perf_counter()
    clients, ends = [], []
    for n in range(plan.connections):
        done = loop.create_future()
        first = n * max(1, len(requests) // plan.connections)
        client = Client(requests, first, began_s + plan.duration_s, done)
        await loop.create_connection(lambda client=client: client, "127.0.0.1", plan.port)  # type: ignore[misc]  # the loop variable is bound
        clients.append(client)
        ends.append(done)
    await asyncio.gather(*ends)
    took_s = time.perf_counter() - began_s
    good = sum(client.good for client in clients)
    return Outcome(good / took_s, good, sum(client.bad for client in clients))


async def ask_elsewhere(plan: Plan) -> Outcome:
    """The same in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks._closed_clients"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(orjson.dumps(asdict(plan)))
    return Outcome(**orjson.loads(output))


def get(path: str, headers: dict[str, str] | None = None) -> str:
    """A request without a body."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return "\r\n".join(lines) + "\r\n\r\n"


if __name__ == "__main__":
    outcome = uvloop.run(ask(Plan(**orjson.loads(sys.stdin.buffer.read()))))
    sys.stdout.buffer.write(orjson.dumps(asdict(outcome)))

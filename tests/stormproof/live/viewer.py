"""Looks at a live page as its script does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from stormproof.live.guard import TOKEN_HEADER


@dataclass(frozen=True, slots=True)
class Heard:
    """One event."""

    number: int
    name: str
    data: Any

    @property
    def state(self) -> Any:
        return self.data["state"] if self.name == "snapshot" else self.data


@dataclass(frozen=True, slots=True)
class Viewer:
    """Knows the address, so may ask."""

    session: aiohttp.ClientSession
    url: str
    token: str

    @asynccontextmanager
    async def listening(self, seen: int | None = None) -> AsyncIterator[AsyncIterator[Heard]]:
        """Events from the next one on, or after one that was seen."""
        headers = {TOKEN_HEADER: self.token} | ({} if seen is None else {"Last-Event-ID": str(seen)})
        async with self.session.get(f"{self.url}/events", headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            assert answer.content_type == "text/event-stream"
            yield _events(answer.content)

    async def abort(self, **headers: str) -> int:
        """Presses the button; the status of the answer."""
        sent = {TOKEN_HEADER: self.token} | headers
        async with self.session.post(f"{self.url}/abort", headers=sent) as answer:
            return answer.status


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[Heard]:
    fields: dict[str, str] = {}
    async for raw in content:
        line = raw.decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        else:
            yield Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


@asynccontextmanager
async def viewer_of(address: str) -> AsyncIterator[Viewer]:
    """The viewer of an address as the command prints it."""
    url, _, token = address.partition("/#")
    timeout = aiohttp.ClientTimeout(total=60)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        yield Viewer(session, url, token)


async def heard_until(events: AsyncIterator[Heard], wanted: str) -> Heard:
    """The first event in whose state `wanted` is the stage."""
    async for one in events:
        if one.state["stage"] == wanted:
            return one
    raise AssertionError(f"the stream ended without {wanted!r}")

"""Open arrivals: requests begin at their instants, whether or not earlier ones are answered."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
import numpy as np

GIVEN_UP_S = 15.0


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Answered:
    """Seconds since the load began, and milliseconds from the intended instant to the last byte."""

    intended_s: float
    latency_ms: float
    status: int
    source: str
    degraded: str

    @property
    def good(self) -> bool:
        """In full, from where it belongs."""
        return self.status in (200, 202) and not self.degraded


async def offer(base: str, rate_per_s: float, duration_s: float, asks: Iterator[Ask]) -> list[Answered]:
    """Sends at a steady rate over kept connections; all answers, in the order of their instants."""
    loop = asyncio.get_running_loop()
    answers: list[Answered] = []
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=GIVEN_UP_S)
    async with aiohttp.ClientSession(base, connector=connector, timeout=timeout) as session:
        began_s = loop.time() + 0.05

        async def one(intended_s: float, ask: Ask) -> None:
            status, source, degraded = 0, "", "no answer"
            try:
                async with session.request(
                    ask.method, ask.path, headers=dict(ask.headers), data=ask.body
                ) as reply:
                    await reply.read()
                    status = reply.status
                    source = reply.headers.get("Served-From", "")
                    degraded = reply.headers.get("Degraded", "")
            except (aiohttp.ClientError, TimeoutError):
                pass
            latency_ms = (loop.time() - began_s - intended_s) * 1000
            answers.append(Answered(intended_s, latency_ms, status, source, degraded))

        async with asyncio.TaskGroup() as group:
            for number in range(round(rate_per_s * duration_s)):
                intended_s = number / rate_per_s
                wait_s = began_s + intended_s - loop.time()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
                group.create_task(one(intended_s, next(asks)))
    return sorted(answers, key=lambda answer: answer.intended_s)


def quantile_ms(answers: Sequence[Answered], share: float) -> float:
    """Of all answers, good or not."""
    return float(np.quantile([answer.latency_ms for answer in answers], share))


async def most_per_s(base: str, connections: int, duration_s: float, next_ask: Callable[[], Ask]) -> float:
    """Answers a second when each connection asks again at once: what the server can do at most."""
    until_s = time.monotonic() + duration_s
    count = 0
    async with aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def client() -> None:
            nonlocal count
            while time.monotonic() < until_s:
                ask = next_ask()
                async with session.request(
                    ask.method, ask.path, headers=dict(ask.headers), data=ask.body
                ) as reply:
                    await reply.read()
                    assert reply.status == 200, await reply.text()
                count += 1

        await asyncio.gather(*(client() for _ in range(connections)))
    return count / duration_s

"""The balancer: a thread of its own, which ends with the process that started it."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import aiohttp
from aiohttp import web

from stormproof.balancer.counts import Counts
from stormproof.balancer.forward import NotSent, forward
from stormproof.balancer.rotation import Rotation

_READY_EVERY_S = 0.1
_READY_TIMEOUT = aiohttp.ClientTimeout(total=1.0)
_TIMEOUT = aiohttp.ClientTimeout(total=30.0)
_STARTS_WITHIN_S = 10.0


class Balancer:
    """Upstreams by URL. Those that do not say that they are ready get nothing.

    A read whose upstream went away unanswered, and any request that could not be sent, goes to another.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._rotation = Rotation()
        self._counts: dict[str, Counts] = {}
        self._ready: set[str] = set()

    def share(self, shares: Mapping[str, float]) -> None:
        """From now on; what is under way is not cut."""
        self._rotation.change(shares)

    def counts(self, upstream: str) -> Counts:
        """All that it answered so far."""
        return self._counts.get(upstream, Counts())

    def is_ready(self, upstream: str) -> bool:
        """Whether it said so when it was last asked; only those with an entry among the shares are asked."""
        return upstream in self._ready

    async def serve(self, started: threading.Event, ended: asyncio.Event) -> None:
        """Until `ended`. Raises OSError when its port is taken."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False) as session:
            application = web.Application(client_max_size=64 * 1024**2)
            application.router.add_route("*", "/{path:.*}", partial(self._answer, session))
            runner = web.AppRunner(application, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, self._host, self._port, backlog=2048).start()
            asking = asyncio.create_task(self._ask_all(session))
            started.set()
            await ended.wait()
            asking.cancel()
            await runner.cleanup()

    async def _answer(self, session: aiohttp.ClientSession, request: web.Request) -> web.Response:
        tried: set[str] = set()
        while (upstream := self._rotation.next(self._ready - tried)) is not None:
            tried.add(upstream)
            try:
                answer = await forward(session, upstream, request)
            except NotSent:
                continue
            except (aiohttp.ClientError, TimeoutError):
                self._count(upstream, failed=True)
                if request.method in {"GET", "HEAD"}:
                    continue
                return web.Response(status=502, text="the instance went away unanswered")
            self._count(upstream, failed=answer.status >= 500)
            return answer
        return web.Response(status=503, text="no instance is ready", headers={"Retry-After": "1"})

    def _count(self, upstream: str, *, failed: bool) -> None:
        self._counts[upstream] = self.counts(upstream).plus(failed=failed)

    async def _ask_all(self, session: aiohttp.ClientSession) -> None:
        while True:
            upstreams = tuple(self._rotation.shares)
            said = await asyncio.gather(*(_says_ready(session, upstream) for upstream in upstreams))
            self._ready = {upstream for upstream, ready in zip(upstreams, said, strict=True) if ready}
            await asyncio.sleep(_READY_EVERY_S)


async def _says_ready(session: aiohttp.ClientSession, upstream: str) -> bool:
    try:
        async with session.get(f"{upstream}/health/ready", timeout=_READY_TIMEOUT) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


@contextmanager
def balancing(host: str, port: int) -> Iterator[Balancer]:
    """A balancer listens within the block. Raises OSError when its port is taken."""
    balancer, started = Balancer(host, port), threading.Event()
    loop, ended = asyncio.new_event_loop(), asyncio.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            loop.run_until_complete(balancer.serve(started, ended))
        except OSError as error:
            failures.append(error)
        finally:
            started.set()
            loop.close()

    thread = threading.Thread(target=run, name="balancer", daemon=True)
    thread.start()
    started.wait(_STARTS_WITHIN_S)
    if failures:
        raise failures[0]
    try:
        yield balancer
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(ended.set)
        thread.join(_STARTS_WITHIN_S)

"""The balancer before real servers."""

import asyncio
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from evidence.free_port import free_port
from stormproof.balancer.balancer import Balancer, balancing
from tests.system.waiting import wait_for

HOST = "127.0.0.1"


@dataclass
class Upstream:
    """A server that says what it was asked; in a thread of its own."""

    name: str
    port: int = field(default_factory=free_port)
    ready: bool = True
    status: int = 200

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/health/ready":
            return web.Response(status=200 if self.ready else 503)
        body = await request.text()
        told = f"{self.name} {request.method} {request.path_qs} {body} {request.headers.get('X-Own', '')}"
        return web.Response(status=self.status, text=told, headers={"Served-From": "live"})

    @contextmanager
    def running(self) -> Iterator[None]:
        loop, started = asyncio.new_event_loop(), threading.Event()

        async def serve() -> None:
            application = web.Application()
            application.router.add_route("*", "/{path:.*}", self.answer)
            runner = web.AppRunner(application)
            await runner.setup()
            await web.TCPSite(runner, HOST, self.port).start()
            started.set()
            await ended.wait()
            await runner.cleanup()

        ended = asyncio.Event()
        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        started.wait(10)
        try:
            yield
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join(10)
            loop.close()


@pytest.fixture
def pair() -> Iterator[tuple[Upstream, Upstream]]:
    one, two = Upstream("one"), Upstream("two")
    with one.running(), two.running():
        yield one, two


@contextmanager
def balanced(*upstreams: Upstream) -> Iterator[tuple[Balancer, str]]:
    port = free_port()
    with balancing(HOST, port) as balancer:
        balancer.share({one.url: 1.0 for one in upstreams})
        ready = [one for one in upstreams if one.ready]
        wait_for(lambda: all(balancer.is_ready(one.url) for one in ready), "the upstreams are known as ready")
        yield balancer, f"http://{HOST}:{port}"


def ask(url: str, method: str = "GET", body: bytes | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"X-Own": "kept"}, method=method)  # noqa: S310 -- loopback http
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- loopback http
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_requests_are_shared_and_passed_on_whole(pair: tuple[Upstream, Upstream]) -> None:
    with balanced(*pair) as (balancer, url):
        answers = [ask(f"{url}/a?b=c", "POST", b"said") for _ in range(4)]
        assert sorted(text for _, text in answers) == sorted(
            [f"{name} POST /a?b=c said kept" for name in ("one", "two")] * 2
        )
        assert all(balancer.counts(one.url).requests == 2 for one in pair)


def test_who_is_not_ready_gets_nothing(pair: tuple[Upstream, Upstream]) -> None:
    one, two = pair
    with balanced(*pair) as (balancer, url):
        two.ready = False
        wait_for(lambda: not balancer.is_ready(two.url), "it is known as not ready")
        assert {ask(f"{url}/")[1].split()[0] for _ in range(4)} == {"one"}
        assert one.ready


def test_who_has_gone_costs_no_request(pair: tuple[Upstream, Upstream]) -> None:
    gone = Upstream("gone")
    with ExitStack() as life:
        life.enter_context(gone.running())
        with balanced(pair[0], gone) as (_, url):
            life.close()
            # Whether or not the balancer knows yet.
            assert [ask(f"{url}/", "POST", b"x")[0] for _ in range(6)] == [200] * 6


def test_failures_are_counted_by_upstream(pair: tuple[Upstream, Upstream]) -> None:
    one, two = pair
    two.status = 500
    with balanced(*pair) as (balancer, url):
        assert sorted(ask(f"{url}/")[0] for _ in range(10)) == [200] * 5 + [500] * 5
        assert balancer.counts(one.url).failed == 0
        assert balancer.counts(two.url).failed == 5


def test_nobody_there_is_told_as_what_may_be_tried_again() -> None:
    with balancing(HOST, port := free_port()):
        assert ask(f"http://{HOST}:{port}/") == (503, "no instance is ready")

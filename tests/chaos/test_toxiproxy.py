"""Toxiproxy's word is not taken: answers are bounded, checked and read back."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chaos.address import Address
from chaos.errors import (
    NotAppliedError,
    NotLoopbackError,
    ProxyAnswerError,
    ProxyGoneError,
    ProxyUnreachableError,
    UnknownProxyError,
)
from chaos.toxiproxy import Toxic, Toxiproxy
from tests.chaos.bench import unused_port
from tests.chaos.fake_toxiproxy import fake_toxiproxy

SLOW = Toxic("slow", "latency", "downstream", {"latency": 100, "jitter": 0})


def test_changes_are_made_and_read_back() -> None:
    with fake_toxiproxy({"redis-cache": 7000}) as fake:
        fake.client.add_toxic("redis-cache", SLOW)
        fake.client.set_enabled("redis-cache", enabled=False)
        state = fake.client.proxy("redis-cache")
        assert (state.enabled, state.toxics, state.listen) == (False, (SLOW,), "127.0.0.1:7000")
        assert fake.client.address_of(state) == Address("127.0.0.1", 7000)
        fake.client.remove_toxic("redis-cache", "slow")
        fake.client.remove_toxic("redis-cache", "slow")
        fake.client.set_enabled("redis-cache", enabled=True)
        assert (fake.client.proxies()[0].enabled, fake.client.proxies()[0].toxics) == (True, ())


def test_a_proxy_may_have_any_name() -> None:
    name, slow = "shop's base, größer 50%", Toxic("e.shop 1", "latency", "downstream", {"latency": 100})
    with fake_toxiproxy({name: 7000}) as fake:
        fake.client.add_toxic(name, slow)
        fake.client.set_enabled(name, enabled=False)
        assert fake.client.proxy(name).toxics == (slow,)
        assert [one.name for one in fake.client.proxies()] == [name]
        fake.client.remove_toxic(name, "e.shop 1")
        assert fake.client.proxy(name).toxics == ()


def test_one_proxy_that_is_out_of_reach_hides_no_other() -> None:
    """Toxiproxy itself finds no proxy whose name has a slash; another may listen on another address."""
    with fake_toxiproxy({"a/b": 7000, "redis-cache": 7001}) as fake:
        fake.proxies["a/b"]["listen"] = "192.0.2.7:7000"
        assert [one.name for one in fake.client.proxies()] == ["a/b", "redis-cache"]
        with pytest.raises(NotLoopbackError, match="a/b"):
            fake.client.address_of(fake.client.proxies()[0])


def test_a_change_that_is_accepted_and_forgotten_is_an_error() -> None:
    with fake_toxiproxy({"redis-cache": 7000}, "forgets") as fake:
        with pytest.raises(NotAppliedError, match="did not apply it"):
            fake.client.set_enabled("redis-cache", enabled=False)
        with pytest.raises(NotAppliedError, match=r"made .*attributes=\{\}.* of it"):
            fake.client.add_toxic("redis-cache", SLOW)
        fake.toxics("redis-cache").append({"name": "slow", "type": "latency", "stream": "downstream"})
        fake.toxics("redis-cache")[0] |= {"toxicity": 1.0, "attributes": {"latency": 1}}
        with pytest.raises(NotAppliedError, match="still has it"):
            fake.client.remove_toxic("redis-cache", "slow")


def test_a_change_asks_for_no_other_proxy() -> None:
    with fake_toxiproxy({"redis-cache": 7000, "postgres": 7001}) as fake:
        fake.client.add_toxic("redis-cache", SLOW)
        fake.client.proxy("redis-cache")
        fake.client.remove_toxic("redis-cache", "slow")
        fake.client.set_enabled("redis-cache", enabled=False)
        assert fake.requests == [
            "POST /proxies/redis-cache/toxics",
            "GET /proxies/redis-cache",
            "DELETE /proxies/redis-cache/toxics/slow",
            "GET /proxies/redis-cache",
            "POST /proxies/redis-cache",
        ]


def test_a_server_error_is_no_success() -> None:
    with fake_toxiproxy({"redis-cache": 7000}, "fails") as fake:
        with pytest.raises(ProxyAnswerError, match=r"500: .*made to fail") as caught:
            fake.client.proxies()
        assert caught.value.status == 500


def test_an_answer_of_something_else_is_said_to_be_one() -> None:
    with (
        fake_toxiproxy({}, "babbles") as fake,
        pytest.raises(ProxyAnswerError, match="does not answer as Toxiproxy does"),
    ):
        fake.client.proxies()


def test_a_hanging_admin_interface_is_given_up_in_time() -> None:
    with fake_toxiproxy({}, "hangs") as fake:
        began_s = time.monotonic()
        with pytest.raises(ProxyUnreachableError, match=r"within 0\.3 s") as caught:
            fake.client.proxies()
        assert not isinstance(caught.value, ProxyGoneError)
        assert time.monotonic() - began_s < 2


def test_nobody_there_is_told_from_nobody_answering() -> None:
    with pytest.raises(ProxyGoneError, match="stormproof up"):
        Toxiproxy(Address("127.0.0.1", unused_port())).proxies()


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.proxy("redis"),
        lambda client: client.set_enabled("redis", enabled=False),
        lambda client: client.add_toxic("redis", SLOW),
        lambda client: client.remove_toxic("redis", "slow"),
    ],
    ids=["proxy", "set_enabled", "add_toxic", "remove_toxic"],
)
def test_an_unknown_proxy_is_named_with_the_known_ones(ask: Callable[[Toxiproxy], object]) -> None:
    with (
        fake_toxiproxy({"redis-cache": 7000}) as fake,
        pytest.raises(UnknownProxyError, match=r"no proxy 'redis'; it has: redis-cache"),
    ):
        ask(fake.client)


def test_two_toxiproxies_are_never_mixed_up() -> None:
    with fake_toxiproxy({"one": 7001}) as first, fake_toxiproxy({"two": 7002}) as second:

        def names(fake: int) -> set[str]:
            client = (first, second)[fake % 2].client
            return {proxy.name for _ in range(20) for proxy in client.proxies()}

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(names, range(4))) == [{"one"}, {"two"}] * 2


def test_the_environments_http_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with fake_toxiproxy({"redis-cache": 7000}) as fake:
        assert fake.client.proxy("redis-cache").enabled

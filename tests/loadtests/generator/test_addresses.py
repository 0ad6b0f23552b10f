"""A name with several addresses: that one is taken which takes connections."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from loadtests.generator.addresses import Address, addresses_of, first_that_answers


def on_loopback(port: int) -> Address:
    return Address(socket.AF_INET, ("127.0.0.1", port))


@pytest.fixture
def open_port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
    return port


def test_an_address_where_nobody_listens_is_passed_over(open_port: int, closed_port: int) -> None:
    refused, taken = on_loopback(closed_port), on_loopback(open_port)
    assert first_that_answers((refused, taken)) == taken
    assert first_that_answers((taken, refused)) == taken


def test_where_nobody_listens_at_all_it_is_the_first(closed_port: int) -> None:
    first, second = on_loopback(closed_port), Address(socket.AF_INET, ("127.0.0.2", closed_port))
    assert first_that_answers((first, second)) == first


def test_an_address_is_its_own_only_one() -> None:
    assert addresses_of("127.0.0.1", 80) == (on_loopback(80),)


def test_a_name_without_an_address_is_an_error() -> None:
    with pytest.raises(OSError, match=r"\S"):
        addresses_of("no-such-host.invalid", 80)

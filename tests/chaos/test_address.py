"""Only this machine's addresses are taken, and those of hosts that somebody said yes to."""

import pytest

from chaos.address import Address, confirmation, confirmed_in, listening_at, parse_address
from chaos.errors import InvalidArgumentError, NotLoopbackError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:8474", Address("127.0.0.1", 8474)),
        ("http://localhost:8474/", Address("127.0.0.1", 8474)),
        ("[::1]:8474", Address("::1", 8474)),
        ("0.0.0.0:6379", Address("127.0.0.1", 6379)),
        ("[::]:6379", Address("::1", 6379)),
    ],
)
def test_an_address_of_this_machine_is_taken(text: str, expected: Address) -> None:
    assert parse_address(text, "here") == expected


@pytest.mark.parametrize("text", ["10.0.0.7:8474", "toxiproxy.example:8474", "[2001:db8::1]:8474"])
def test_another_machine_is_refused_by_name(text: str) -> None:
    with pytest.raises(NotLoopbackError, match="configuration, toxiproxy") as caught:
        parse_address(text, "configuration, toxiproxy")
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "localhost", "localhost:", ":8474", "localhost:0", "localhost:65536", "a:b"]
)
def test_what_is_no_address_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="must be host:port"):
        parse_address(text, "here")


@pytest.mark.parametrize("host", ["10.0.0.7", "toxiproxy.example", "2001:db8::1"])
def test_a_confirmed_host_is_taken_and_stays_confirmed_in_a_record(host: str) -> None:
    address = parse_address(str(Address(host, 8474)), "here", frozenset({host, "another.example"}))
    assert (address, address.is_here) == (Address(host, 8474), False)
    assert confirmed_in(confirmation(address, Address("127.0.0.1", 1))) == {host}
    assert confirmation(Address("::1", 1)) == {}
    with pytest.raises(NotLoopbackError, match=f"confirm_hosts: {host}"):
        parse_address(str(address), "here", frozenset({"another.example"}))


@pytest.mark.parametrize("told", ["0.0.0.0:6379", "[::]:6379", "10.0.0.7:6379"])
def test_what_listens_on_another_host_is_reached_there(told: str) -> None:
    assert listening_at(told, "10.0.0.7", "proxy a, listen") == Address("10.0.0.7", 6379)


@pytest.mark.parametrize("told", ["127.0.0.1:6379", "10.0.0.8:6379"])
def test_what_another_host_keeps_to_itself_is_told(told: str) -> None:
    with pytest.raises(NotLoopbackError, match=r"proxy a, listen.*all addresses of 10\.0\.0\.7"):
        listening_at(told, "10.0.0.7", "proxy a, listen")

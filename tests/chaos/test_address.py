"""Only this machine's addresses are taken."""

import pytest

from chaos.address import Address, parse_address
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

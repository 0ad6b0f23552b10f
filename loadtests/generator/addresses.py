"""Which address of a target's name connections are made to."""

from collections.abc import Sequence
from dataclasses import dataclass

import gevent
import gevent.socket

_TRY_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a socket connects to."""

    family: int
    socket_address: tuple[str | int, ...]


def addresses_of(host: str, port: int) -> tuple[Address, ...]:
    """All of them, in the order of the resolver; at least one. Raises OSError where there is none."""
    found = gevent.socket.getaddrinfo(host, port, 0, gevent.socket.SOCK_STREAM)
    return tuple(dict.fromkeys(Address(family, address) for family, _, _, _, address in found))


def first_that_answers(addresses: Sequence[Address]) -> Address:
    """The first one that takes a connection, as clients do that try one after another: `localhost` is often
    ::1 before 127.0.0.1, and most programs listen on the second alone. Where none does, the first.
    """
    if len(addresses) == 1:
        return addresses[0]
    return next((one for one in addresses if _takes_connections(one)), addresses[0])


def _takes_connections(address: Address) -> bool:
    try:
        with (
            gevent.Timeout(_TRY_WITHIN_S, TimeoutError),
            gevent.socket.socket(address.family, gevent.socket.SOCK_STREAM) as trial,
        ):
            trial.connect(address.socket_address)
    except OSError:
        return False
    return True

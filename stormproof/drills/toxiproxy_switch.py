"""Keeping clients away from a dependency while it is restored."""

from collections.abc import Iterator
from contextlib import contextmanager

from chaos.address import Address
from chaos.toxiproxy import Toxiproxy
from evidence.ports import HOST, StackPorts


@contextmanager
def kept_away(ports: StackPorts, *proxies: str) -> Iterator[None]:
    """Nobody gets through the proxies within the block. Raises ChaosError."""
    toxiproxy = Toxiproxy(Address(HOST, ports.toxiproxy_admin))
    for proxy in proxies:
        toxiproxy.set_enabled(proxy, enabled=False)
    yield
    for proxy in proxies:
        toxiproxy.set_enabled(proxy, enabled=True)

"""Where something listens: on this machine, or on a host that somebody said yes to."""

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chaos.errors import InvalidArgumentError, NotLoopbackError

CONFIRM_HOSTS = "confirm_hosts"
"""What configuration and records call the hosts off this machine on which things may be broken."""
_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address, on loopback or of a confirmed host."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """On loopback."""
        address = _ip(self.host)
        return address is not None and address.is_loopback


def parse_address(text: str, what: str, confirmed: Collection[str] = ()) -> Address:
    """The address in `text`, as `127.0.0.1:21009` or `http://localhost:21009`.

    The wildcard addresses 0.0.0.0 and [::] mean this machine. Raises InvalidArgumentError for what is no
    address, NotLoopbackError for one of another machine that is not `confirmed`; both name it as `what`.
    """
    host, port = _split(text, what)
    return Address(host if host in confirmed else _loopback(host, text, what), port)


def listening_at(text: str, host: str, what: str) -> Address:
    """What a program on `host`, confirmed and off loopback, says of where it listens, as seen from here.

    Raises InvalidArgumentError, NotLoopbackError for where nobody from here reaches it.
    """
    told, port = _split(text, what)
    address = _ip(told)
    if told != host and (address is None or not address.is_unspecified):
        raise NotLoopbackError(
            f"{what}: {text!r}: must be all addresses of {host} (0.0.0.0), or {host} itself."
        )
    return Address(host, port)


def confirmation(*addresses: Address) -> Mapping[str, str]:
    """What a record says of addresses off loopback, so that whoever undoes may go there too."""
    hosts = sorted({address.host for address in addresses if not address.is_here})
    return {CONFIRM_HOSTS: " ".join(hosts)} if hosts else {}


def confirmed_in(parameters: Mapping[str, object]) -> frozenset[str]:
    """The hosts that configuration or a record says yes to, between blanks."""
    return frozenset(str(parameters.get(CONFIRM_HOSTS) or "").split())


def _split(text: str, what: str) -> tuple[str, int]:
    place = text.removeprefix("http://").rstrip("/")
    host, separator, port = place.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (separator and host and port.isascii() and port.isdigit() and 0 < int(port) <= _HIGHEST_PORT):
        raise InvalidArgumentError(f"{what}: {text!r}: must be host:port, as 127.0.0.1:21009.")
    return host, int(port)


def _loopback(host: str, text: str, what: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    address = _ip(host)
    if address is not None and address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "::1"
    if address is None or not address.is_loopback:
        raise NotLoopbackError(
            f"{what}: {text!r} is not on this machine: faults are made on loopback (127.0.0.0/8, [::1], "
            f"localhost). If you may break things there, say so in the experiment's configuration: "
            f"{CONFIRM_HOSTS}: {host}"
        )
    return host


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

"""Where something listens on this machine."""

import ipaddress
from dataclasses import dataclass

from chaos.errors import InvalidArgumentError, NotLoopbackError

_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address on loopback."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str, what: str) -> Address:
    """The address in `text`, as `127.0.0.1:21009` or `http://localhost:21009`.

    The wildcard addresses 0.0.0.0 and [::] mean this machine. Raises InvalidArgumentError for what is no
    address, NotLoopbackError for one of another machine; both name it as `what`.
    """
    place = text.removeprefix("http://").rstrip("/")
    host, separator, port = place.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (separator and host and port.isascii() and port.isdigit() and 0 < int(port) <= _HIGHEST_PORT):
        raise InvalidArgumentError(f"{what}: {text!r}: must be host:port, as 127.0.0.1:21009.")
    return Address(_loopback(host, text, what), int(port))


def _loopback(host: str, text: str, what: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is not None and address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "::1"
    if address is None or not address.is_loopback:
        raise NotLoopbackError(
            f"{what}: {text!r} is not on this machine: faults are made on loopback only (127.0.0.0/8, [::1], "
            "localhost). Run the experiment on the machine whose Toxiproxy it uses."
        )
    return host

"""A port for a server of a moment."""

import random
import socket

_PORTS = range(10_000, 20_000)
"""Below the stacks' own, and below those that Linux gives to outgoing connections (from 32,768 on): one of
those may be taken between the look and the listening.
"""
_TRIES = 100


def free_port(host: str = "127.0.0.1") -> int:
    """A port of `host` that nobody listens on. Raises OSError when none is found."""
    for _ in range(_TRIES):
        port = random.choice(_PORTS)  # noqa: S311 -- not a secret
        try:
            with socket.create_server((host, port)):
                return port
        except OSError:
            continue
    raise OSError(f"{_TRIES} ports of {host} from {_PORTS.start} to {_PORTS.stop - 1} are taken")

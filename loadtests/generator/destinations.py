"""Where requests go: one target, or several by name, each with connections of its own."""

from collections.abc import Callable, Mapping

from loadtests.generator.connections import Connections, Exchange
from loadtests.generator.target import Target
from loadtests.http_messages import HttpRequest


class Destinations:
    """All targets of a load."""

    def __init__(
        self, targets: Mapping[str | None, Target], timeout_s: float, now_ns: Callable[[], int]
    ) -> None:
        self._connections = {name: Connections(target, timeout_s, now_ns) for name, target in targets.items()}
        self._called = {name: name or target.url for name, target in targets.items()}

    def open(self) -> None:
        """Look up all addresses. Raises OSError when one of them has none."""
        for connections in self._connections.values():
            connections.open()

    def close(self) -> None:
        """Close the idle connections."""
        for connections in self._connections.values():
            connections.close()

    def called(self, name: str | None) -> str:
        """What the evidence calls a target: by its name, where it has one, else by its URL."""
        return self._called[name]

    def exchange(self, name: str | None, request: HttpRequest, address: str) -> Exchange:
        """Send a request to one of them, as the client at `address`, and wait for the whole answer."""
        return self._connections[name].exchange(request, address)

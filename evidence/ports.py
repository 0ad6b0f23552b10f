"""Which part of a stack listens on which port, as offsets from the stack's first port."""

from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class StackPorts:
    """The ports of one stack, all on loopback."""

    port_base: int

    @property
    def toxiproxy_admin(self) -> int:
        """Toxiproxy's HTTP interface."""
        return self.port_base + 9

    @property
    def service(self) -> int:
        """The reference service."""
        return self.port_base + 80

    def direct(self, name: str) -> int:
        """A dependency's own port. Raises KeyError for an unknown one."""
        return self.port_base + {"elasticsearch": 0, "postgres": 2, "redis-cache": 3, "redis-state": 4}[name]

    def proxy(self, name: str) -> int:
        """The port of a dependency's proxy. Raises KeyError for an unknown one."""
        return self.direct(name) + 10

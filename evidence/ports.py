"""Which part of a stack listens on which port, as offsets from the stack's first port."""

from dataclasses import dataclass

HOST = "127.0.0.1"


_OFFSETS = {
    "elasticsearch": 0,
    "postgres": 2,
    "redis-cache": 3,
    "redis-state": 4,
    # What the profile of replicas adds.
    "elasticsearch-2": 20,
    "elasticsearch-3": 22,
    "postgres-2": 24,
    "redis-state-2": 25,
    "redis-sentinel-1": 26,
    "redis-sentinel-2": 27,
    "redis-sentinel-3": 28,
}


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

    @property
    def live_page(self) -> int:
        """The page of a run that goes on."""
        return self.port_base + 90

    def instance(self, number: int) -> int:
        """An instance of the service beside others, from 1 on: a deploy needs several."""
        return self.service + number

    def direct(self, name: str) -> int:
        """A dependency's own port. Raises KeyError for an unknown one."""
        return self.port_base + _OFFSETS[name]

    def proxy(self, name: str) -> int:
        """The port of a dependency's proxy; Sentinels have none. Raises KeyError for an unknown one."""
        return self.direct(name) + 10

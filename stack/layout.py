"""Which parts a stack has, which version of each, and where it listens. docker-compose.yml says the same."""

from dataclasses import dataclass

HOST = "127.0.0.1"
DEFAULT_PORT_BASE = 21000
ELASTICSEARCH_TRANSPORT_OFFSET = 1


@dataclass(frozen=True, slots=True)
class PartLayout:
    """One part: its version and ports, as offsets from the first port of its stack."""

    name: str
    title: str
    version: str
    port_offset: int
    proxy_offset: int | None = None
    """Where Toxiproxy listens for it; None for Toxiproxy itself."""

    def port(self, port_base: int) -> int:
        """Its own port: chaos and tests use it, the service does not."""
        return port_base + self.port_offset

    def proxy_port(self, port_base: int) -> int | None:
        """The port of its proxy, which the service uses."""
        return None if self.proxy_offset is None else port_base + self.proxy_offset


ELASTICSEARCH = PartLayout("elasticsearch", "Elasticsearch", "9.2.4", 0, 10)
POSTGRES = PartLayout("postgres", "PostgreSQL", "18.6", 2, 12)
REDIS_CACHE = PartLayout("redis-cache", "Redis (cache)", "8.2.3", 3, 13)
REDIS_STATE = PartLayout("redis-state", "Redis (state)", "8.2.3", 4, 14)
TOXIPROXY = PartLayout("toxiproxy", "Toxiproxy", "2.12.0", 9)

DEPENDENCIES = (ELASTICSEARCH, POSTGRES, REDIS_CACHE, REDIS_STATE)
PARTS = (*DEPENDENCIES, TOXIPROXY)

"""Which parts a stack has, which version of each, and where it listens. docker-compose.yml says the same.

A stack has 100 ports. Offsets 0 to 9 are the parts' own, 10 to 19 their proxies; 20 to 28 are what the
profile of replicas adds, 30 to 39 the proxies of those; the service listens at 80, what drills start beside
it at 81 to 85.
"""

from dataclasses import dataclass
from enum import StrEnum

HOST = "127.0.0.1"
DEFAULT_PORT_BASE = 21000
ELASTICSEARCH_TRANSPORT_OFFSET = 1
PROXY_DISTANCE = 10
"""A proxy's port is its part's, and this."""


class Profile(StrEnum):
    """What a stack is made of."""

    SINGLE = "single"
    """One server of each kind: what two cores carry beside a load that means something."""
    REPLICAS = "replicas"
    """Three Elasticsearch nodes, two PostgreSQL and two state Redis, three Sentinels: what can fail over."""


@dataclass(frozen=True, slots=True)
class PartLayout:
    """One part: its version and ports, as offsets from the first port of its stack."""

    name: str
    title: str
    version: str
    port_offset: int
    proxy_offset: int | None = None
    """Where Toxiproxy listens for it; None for Toxiproxy itself and for Sentinels."""

    def port(self, port_base: int) -> int:
        """Its own port: chaos and tests use it, the service does not."""
        return port_base + self.port_offset

    def proxy_port(self, port_base: int) -> int | None:
        """The port of its proxy, which the service uses."""
        return None if self.proxy_offset is None else port_base + self.proxy_offset

    def proxied_port(self, port_base: int) -> int:
        """Where others reach it: its proxy where there is one."""
        return self.proxy_port(port_base) or self.port(port_base)


ELASTICSEARCH = PartLayout("elasticsearch", "Elasticsearch", "9.2.4", 0, 10)
POSTGRES = PartLayout("postgres", "PostgreSQL", "18.6", 2, 12)
REDIS_CACHE = PartLayout("redis-cache", "Redis (cache)", "8.2.3", 3, 13)
REDIS_STATE = PartLayout("redis-state", "Redis (state)", "8.2.3", 4, 14)
TOXIPROXY = PartLayout("toxiproxy", "Toxiproxy", "2.12.0", 9)

DEPENDENCIES = (ELASTICSEARCH, POSTGRES, REDIS_CACHE, REDIS_STATE)
PARTS = (*DEPENDENCIES, TOXIPROXY)
"""Those of the single profile."""

# A name tells one server from another, and nothing of its role: roles move.
ELASTICSEARCH_2 = PartLayout("elasticsearch-2", "Elasticsearch 2", ELASTICSEARCH.version, 20, 30)
ELASTICSEARCH_3 = PartLayout("elasticsearch-3", "Elasticsearch 3", ELASTICSEARCH.version, 22, 32)
POSTGRES_2 = PartLayout("postgres-2", "PostgreSQL 2", POSTGRES.version, 24, 34)
REDIS_STATE_2 = PartLayout("redis-state-2", "Redis (state) 2", REDIS_STATE.version, 25, 35)
SENTINELS = tuple(
    PartLayout(f"redis-sentinel-{number}", f"Redis Sentinel {number}", REDIS_STATE.version, 25 + number)
    for number in (1, 2, 3)
)

ELASTICSEARCH_NODES = (ELASTICSEARCH, ELASTICSEARCH_2, ELASTICSEARCH_3)
POSTGRES_SERVERS = (POSTGRES, POSTGRES_2)
REDIS_STATE_SERVERS = (REDIS_STATE, REDIS_STATE_2)


def dependencies(profile: Profile) -> tuple[PartLayout, ...]:
    """All but Toxiproxy."""
    if profile is Profile.SINGLE:
        return DEPENDENCIES
    return (*ELASTICSEARCH_NODES, *POSTGRES_SERVERS, REDIS_CACHE, *REDIS_STATE_SERVERS, *SENTINELS)


def parts(profile: Profile) -> tuple[PartLayout, ...]:
    """All of them."""
    return (*dependencies(profile), TOXIPROXY)


def transport_port(node: PartLayout, port_base: int) -> int:
    """Where an Elasticsearch node listens for the others."""
    return node.port(port_base) + ELASTICSEARCH_TRANSPORT_OFFSET

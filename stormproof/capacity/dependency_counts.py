"""What the dependencies of the local stack counted: how many commands and searches a request costs."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException

from redis import Redis, RedisError

from evidence.ports import HOST, StackPorts

_TIMEOUT_S = 5.0
_PIPELINE = 64
_MEASURED_FOR_S = 1.0


@dataclass(frozen=True, slots=True)
class DependencyCounts:
    """Since the servers started."""

    redis_commands: int
    """Of both servers."""
    searches: int
    """As Elasticsearch counts them, by shard: an index of the local stack has one."""

    def since(self, earlier: DependencyCounts) -> DependencyCounts:
        """What came between two readings."""
        return DependencyCounts(
            self.redis_commands - earlier.redis_commands, self.searches - earlier.searches
        )


def read_counts(ports: StackPorts) -> DependencyCounts:
    """Asks the servers directly, past the proxies. Raises OSError, RedisError when one does not answer."""
    commands = 0
    for name in ("redis-cache", "redis-state"):
        with _client(ports, name) as client:
            info = client.info("stats")
            commands += int(info["total_commands_processed"])
    url = f"http://{HOST}:{ports.direct('elasticsearch')}/_stats/search?filter_path=_all.total.search.query_total"
    with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:
        queries = int(json.load(answer)["_all"]["total"]["search"]["query_total"])
    return DependencyCounts(commands, queries)


def told_counts(ports: StackPorts) -> DependencyCounts | None:
    """The same; None where one does not answer: an overload that lasts is no reason to lose the search."""
    try:
        return read_counts(ports)
    except (OSError, HTTPException, RedisError):
        return None


def measure_redis_per_s(ports: StackPorts) -> float:
    """Commands a second that the cache server answers to one connection that sends batches: at least."""
    with _client(ports, "redis-cache") as client:
        done = 0
        began_s = time.perf_counter()
        while (took_s := time.perf_counter() - began_s) < _MEASURED_FOR_S:
            with client.pipeline(transaction=False) as batch:
                for _ in range(_PIPELINE):
                    batch.get("stormproof-capacity")
                batch.execute()
            done += _PIPELINE
    return done / took_s


def _client(ports: StackPorts, name: str) -> Redis:
    return Redis(
        host=HOST,
        port=ports.direct(name),
        socket_timeout=_TIMEOUT_S,
        socket_connect_timeout=_TIMEOUT_S,
    )

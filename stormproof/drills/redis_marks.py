"""Keys written into the state Redis all the time, so that what a failure costs can be told by name."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from evidence.clock import Clock
from evidence.drill_record import LostWrite
from evidence.ports import HOST, StackPorts

SENTINEL_SERVICE = "state"
STORE = "redis-state"
_EVERY_S = 0.02
_TIMEOUT_S = 0.5
_PREFIX = "drill-mark:"


def direct_client(ports: StackPorts, name: str = STORE) -> "redis.Redis":
    """Of one server, on its own port."""
    return _client(HOST, ports.direct(name))


def sentinel_primary(ports: StackPorts) -> tuple[str, int]:
    """Where the Sentinels say that the primary is. Raises redis.RedisError."""
    sentinels = [(HOST, ports.direct(f"redis-sentinel-{number}")) for number in (1, 2, 3)]
    host, port = Sentinel(sentinels, socket_timeout=_TIMEOUT_S).discover_master(SENTINEL_SERVICE)  # type: ignore[no-untyped-call]  # its class is untyped
    return str(host), int(port)


def sentinel_client(ports: StackPorts) -> "redis.Redis":
    """Of the primary, whichever it is. Raises redis.RedisError."""
    return _client(*sentinel_primary(ports))


@dataclass(slots=True)
class Marks:
    """What was acknowledged, by number."""

    clock: Clock
    acknowledged_ns: dict[int, int] = field(default_factory=dict)

    def lost_from(self, client: "redis.Redis") -> list[LostWrite]:
        """Those that the server does not have. Raises redis.RedisError."""
        return [_lost(number, at_ns) for number, at_ns in self._missing(client)]

    def _missing(self, client: "redis.Redis") -> Iterator[tuple[int, int]]:
        for number, at_ns in sorted(self.acknowledged_ns.items()):
            if not client.exists(f"{_PREFIX}{number}"):
                yield number, at_ns


@contextmanager
def marking(connect: Callable[[], "redis.Redis"], clock: Clock) -> Iterator[Marks]:
    """One mark every 20 ms within the block, by a client that connects again when it must."""
    marks, ended = Marks(clock), threading.Event()
    writer = threading.Thread(target=_write, args=(connect, marks, ended), name="redis-marks")
    writer.start()
    try:
        yield marks
    finally:
        ended.set()
        writer.join()


def _write(connect: Callable[[], "redis.Redis"], marks: Marks, ended: threading.Event) -> None:
    number = 0
    client: redis.Redis | None = None
    while not ended.wait(_EVERY_S):
        number += 1
        try:
            client = client or connect()
            client.set(f"{_PREFIX}{number}", number, ex=3600)
            marks.acknowledged_ns[number] = marks.clock.now_ns()
        except (redis.RedisError, OSError):
            client = None


def _lost(number: int, at_ns: int) -> LostWrite:
    return LostWrite(STORE, "", f"{_PREFIX}{number}", number, "set", at_ns, None)


def _client(host: str, port: int) -> "redis.Redis":
    return redis.Redis(
        host=host,
        port=port,
        socket_timeout=_TIMEOUT_S,
        socket_connect_timeout=_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )

"""The faults, one a file, and their registry: to add one, write its file and its line here."""

from collections.abc import Mapping

from pydantic import JsonValue

from chaos.errors import InvalidArgumentError
from chaos.faults.elasticsearch.breaker_tripped import BreakerTripped
from chaos.faults.elasticsearch.index_red import IndexRed
from chaos.faults.elasticsearch.writes_blocked import WritesBlocked
from chaos.faults.kind import AnyFault, FaultKind, KindOf
from chaos.faults.network.bandwidth import Bandwidth
from chaos.faults.network.hung import Hung
from chaos.faults.network.latency import Latency
from chaos.faults.network.refused import Refused
from chaos.faults.network.reset import Reset
from chaos.faults.network.sliced import Sliced
from chaos.faults.network.slow_close import SlowClose
from chaos.faults.network.truncated import Truncated
from chaos.faults.postgres.backends_terminated import BackendsTerminated
from chaos.faults.postgres.connections_exhausted import ConnectionsExhausted
from chaos.faults.postgres.locks_held import LocksHeld
from chaos.faults.postgres.read_only import ReadOnly
from chaos.faults.process.clock_step import ClockStep
from chaos.faults.process.frozen import Frozen
from chaos.faults.process.killed import Killed
from chaos.faults.process.restarted_with import RestartedWith
from chaos.faults.process.secret_rotated import SecretRotated
from chaos.faults.process.slowed import Slowed
from chaos.faults.process.worker_killed import WorkerKilled
from chaos.faults.process.writes_rejected import WritesRejected
from chaos.faults.redis.clients_killed import ClientsKilled
from chaos.faults.redis.flushed import Flushed
from chaos.faults.redis.memory_full import MemoryFull
from chaos.faults.redis.writes_paused import WritesPaused
from chaos.targets.direct import DIRECT
from chaos.targets.process import PROCESS
from chaos.targets.proxy import PROXY

FAULTS: tuple[FaultKind, ...] = (
    KindOf(Refused, PROXY),
    KindOf(Hung, PROXY),
    KindOf(Latency, PROXY),
    KindOf(Bandwidth, PROXY),
    KindOf(Sliced, PROXY),
    KindOf(Truncated, PROXY),
    KindOf(Reset, PROXY),
    KindOf(SlowClose, PROXY),
    KindOf(BreakerTripped, DIRECT),
    KindOf(WritesBlocked, DIRECT),
    KindOf(IndexRed, DIRECT),
    KindOf(BackendsTerminated, DIRECT),
    KindOf(ConnectionsExhausted, DIRECT),
    KindOf(LocksHeld, DIRECT),
    KindOf(ReadOnly, DIRECT),
    KindOf(MemoryFull, DIRECT),
    KindOf(WritesPaused, DIRECT),
    KindOf(ClientsKilled, DIRECT),
    KindOf(Flushed, DIRECT),
    KindOf(Frozen, PROCESS),
    KindOf(Slowed, PROCESS),
    KindOf(Killed, PROCESS),
    KindOf(WorkerKilled, PROCESS),
    KindOf(RestartedWith, PROCESS),
    KindOf(ClockStep, PROCESS),
    KindOf(SecretRotated, PROCESS),
    KindOf(WritesRejected, PROCESS),
)

_BY_NAME = {kind.name: kind for kind in FAULTS}


def make_fault(name: str, parameters: Mapping[str, JsonValue]) -> AnyFault:
    """The fault of that name.

    Raises InvalidArgumentError for an unknown name, or a parameter that the fault cannot take.
    """
    return find_kind(name).make(parameters)


def find_kind(name: str) -> FaultKind:
    """The kind of fault of that name. Raises InvalidArgumentError, which names those that there are."""
    if name not in _BY_NAME:
        raise InvalidArgumentError(f"fault {name!r} is unknown: must be one of {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]

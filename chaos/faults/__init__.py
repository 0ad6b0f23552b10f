"""The faults, one a file, and their registry: to add one, write its file and its line here."""

from collections.abc import Mapping

from pydantic import JsonValue

from chaos.errors import InvalidArgumentError
from chaos.faults.kind import AnyFault, FaultKind, KindOf
from chaos.faults.latency import Latency
from chaos.faults.process.clock_step import ClockStep
from chaos.faults.process.frozen import Frozen
from chaos.faults.process.killed import Killed
from chaos.faults.process.restarted_with import RestartedWith
from chaos.faults.process.secret_rotated import SecretRotated
from chaos.faults.process.slowed import Slowed
from chaos.faults.process.worker_killed import WorkerKilled
from chaos.faults.process.writes_rejected import WritesRejected
from chaos.faults.refused import Refused
from chaos.targets.process import PROCESS
from chaos.targets.proxy import PROXY

FAULTS: tuple[FaultKind, ...] = (
    KindOf(Refused, PROXY),
    KindOf(Latency, PROXY),
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

"""Healing whatever any earlier run left broken on this machine's stack."""

import socket
from dataclasses import dataclass

from chaos.address import Address, confirmed_in, parse_address
from chaos.errors import ChaosError, ProxyGoneError
from chaos.healing import Healer, Healing, HealState
from chaos.targets.direct import DIRECT
from chaos.timing import Timing
from chaos.toxiproxy import ProxyState, Toxiproxy
from chaos.watchdog.lease import clear_leases
from chaos.watchdog.runner import parse_runner
from evidence.home import Home
from evidence.ports import HOST
from evidence.stack_record import read_stack
from evidence.undo_record import UndoRecord, damaged_lines, left_broken

WRITER = "heal"
_CONNECT_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Stray:
    """A proxy of the stack that was broken although nothing in `undo.jsonl` says so."""

    proxy: str
    was: str
    """What was found, as `disabled, toxic slow (latency)`."""
    failure: str | None = None
    """Why it could not be cleared, and what to do; None when it was."""


@dataclass(frozen=True, slots=True)
class HealReport:
    """What was healed and cleared."""

    healings: tuple[Healing, ...]
    """The newest fault first: the order in which they were undone."""
    strays: tuple[Stray, ...]
    damaged: tuple[str, ...] = ()
    """What `undo.jsonl` says that nobody here understands, line by line: it may name something broken."""

    @property
    def clean(self) -> bool:
        """Nothing is known to be left broken."""
        healed = all(one.state is not HealState.FAILED for one in self.healings)
        return healed and all(one.failure is None for one in self.strays) and not self.damaged


def heal(home: Home, timing: Timing) -> HealReport:
    """Undo everything that `undo.jsonl` names and that is not undone, then clear the stack's other proxies.

    Safe to repeat, and harmless when nothing is broken or no stack is there. It also heals what a running
    experiment has broken. Raises InvalidFile for a damaged `stack.json`, OSError when a file cannot be read.
    """
    healings = Healer(home.undo_file, WRITER, timing).heal_all(left_broken(home.undo_file))
    clear_leases(home.undo_file)
    damaged = tuple(
        f"{home.undo_file}, {problem}. Undo by hand what the line names, then remove it."
        for problem in damaged_lines(home.undo_file)
    )
    return HealReport(healings, _clear_strays(home), damaged)


def heal_inside(home: Home, timing: Timing) -> bool:
    """Undo what was made inside dependencies that take connections just now; whether none of it is left.

    For a stack that is being started: one of them may not become sound before that. Raises OSError.
    """
    left = [record for record in left_broken(home.undo_file) if record.kind == DIRECT.undo_kind]
    reached = [record for record in left if _takes_connections(record)]
    healings = Healer(home.undo_file, WRITER, timing).heal_all(reached)
    return len(reached) == len(left) and all(one.state is not HealState.FAILED for one in healings)


def heal_orphans(home: Home, timing: Timing) -> tuple[Healing, ...]:
    """Undo what runners that are dead left broken, and their watchdogs too; what others have broken stays so.

    Raises OSError.
    """
    orphans = [
        record
        for record in left_broken(home.undo_file)
        if (runner := parse_runner(record.parameters.get("runner", ""))) is not None and not runner.lives
    ]
    return Healer(home.undo_file, WRITER, timing).heal_all(orphans)


def _takes_connections(record: UndoRecord) -> bool:
    try:
        address = parse_address(
            record.parameters.get("address", ""), record.id, confirmed_in(record.parameters)
        )
        socket.create_connection((address.host, address.port), _CONNECT_TIMEOUT_S).close()
    except (ChaosError, OSError):
        return False
    return True


def _clear_strays(home: Home) -> tuple[Stray, ...]:
    if not home.stack_file.exists():
        return ()
    parts = read_stack(home.stack_file).parts
    admin_port = next((part.port for part in parts if part.name == "toxiproxy"), None)
    if admin_port is None:
        return ()
    toxiproxy = Toxiproxy(Address(HOST, admin_port))
    ours = {part.proxy for part in parts if part.proxy is not None}
    try:
        broken = [one for one in toxiproxy.proxies() if one.name in ours and (one.toxics or not one.enabled)]
    except ProxyGoneError:
        return ()  # no Toxiproxy runs: it keeps its toxics in memory only
    except ChaosError as error:
        return (Stray("every proxy", "not known", str(error)),)
    return tuple(_clear(toxiproxy, state) for state in broken)


def _clear(toxiproxy: Toxiproxy, state: ProxyState) -> Stray:
    found = [] if state.enabled else ["disabled"]
    found += [f"toxic {toxic.name} ({toxic.type})" for toxic in state.toxics]
    was = ", ".join(found)
    try:
        for toxic in state.toxics:
            toxiproxy.remove_toxic(state.name, toxic.name)
        toxiproxy.set_enabled(state.name, enabled=True)
    except ChaosError as error:
        return Stray(state.name, was, str(error))
    return Stray(state.name, was)

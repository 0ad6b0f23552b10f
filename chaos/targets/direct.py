"""A dependency reached directly, past its proxy: what an administrator of it may do."""

from collections.abc import Mapping
from dataclasses import dataclass

from chaos.address import Address, confirmation, confirmed_in, parse_address
from chaos.errors import InvalidArgumentError
from chaos.probes.door import Door
from chaos.probes.speech import read_speech, write_speech
from chaos.targets.target import TargetKind
from chaos.targets.whereabouts import Whereabouts
from evidence.ports import HOST


@dataclass(frozen=True, slots=True)
class DirectTarget:
    """A dependency's own address, and the way by which its clients reach it."""

    door: Door
    """The dependency itself."""
    client_door: Door
    """Its proxy, where it has one; else itself."""

    @property
    def name(self) -> str:
        """Of the dependency."""
        return self.door.name

    def parameters(self) -> Mapping[str, str]:
        """Its name, both addresses and the dialect."""
        return {
            "name": self.name,
            "address": str(self.door.address),
            "client_address": str(self.client_door.address),
            "dialect": write_speech(self.door.speech),
            **confirmation(self.door.address, self.client_door.address),
        }


def find_direct(whereabouts: Whereabouts, name: str) -> DirectTarget:
    """The dependency `name`: at the address that the experiment gives, else the local stack's.

    Raises InvalidArgumentError, NotLoopbackError; InvalidFile for a damaged `stack.json`.
    """
    speech = whereabouts.speech(name)
    given = whereabouts.settings(name).address
    if given is not None:
        what = f"configuration, targets.{name}.address"
        door = Door(name, parse_address(given, what, whereabouts.confirmed), speech)
        return DirectTarget(door, door)
    part = next((one for one in whereabouts.stack(name).parts if one.name == name), None)
    if part is None:
        raise InvalidArgumentError(
            f"target {name!r} is no part of the stack in {whereabouts.stack_file}: give its address in the "
            f"experiment's configuration, as targets: {{{name}: {{address: 127.0.0.1:5432, ...}}}}."
        )
    door = Door(name, Address(HOST, part.port), speech)
    if part.proxy_port is None:
        return DirectTarget(door, door)
    return DirectTarget(door, Door(name, Address(HOST, part.proxy_port), speech))


def _read(parameters: Mapping[str, str], where: str) -> DirectTarget:
    name = parameters["name"]
    speech, confirmed = read_speech(parameters["dialect"], where), confirmed_in(parameters)
    itself = parse_address(parameters["address"], f"{where}, address", confirmed)
    by_clients = parse_address(parameters["client_address"], f"{where}, client_address", confirmed)
    return DirectTarget(Door(name, itself, speech), Door(name, by_clients, speech))


DIRECT = TargetKind("direct", "a dependency at its own address, past its proxy", find_direct, _read)

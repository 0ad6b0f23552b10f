"""A dependency behind a proxy: what the network between a service and it may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from chaos.address import confirmation, confirmed_in, parse_address
from chaos.history import is_occurrence
from chaos.probes import speech_of
from chaos.probes.door import Door
from chaos.probes.speech import read_speech, write_speech
from chaos.targets.target import TargetKind
from chaos.targets.whereabouts import Whereabouts
from chaos.toxiproxy import Toxic, Toxiproxy
from chaos.toxiproxy_repair import ProxyPlace, repair_proxy

_TOXICS = TypeAdapter(tuple[Toxic, ...])

HEALER_TIMEOUT_S = 0.4
"""A healer gives up on a hanging Toxiproxy sooner, and makes the proxy anew: twice this and the start of a
Toxiproxy are less than the 2 s that a fault may outlast its runner."""


@dataclass(frozen=True, slots=True)
class ProxyTarget:
    """A proxy, the Toxiproxy that it belongs to, and how to ask what is behind it."""

    toxiproxy: Toxiproxy
    door: Door
    """Where the proxy takes connections; named as the proxy is."""
    upstream: str = ""
    """Where it leads, as host:port; empty where nobody noted it."""
    listen: str = ""
    """Where it takes connections, in Toxiproxy's own words."""
    own_toxics: tuple[Toxic, ...] = ()
    """Those of its owner, which it had before."""
    stack_file: Path | None = None
    """`stack.json`, which may say how to start the Toxiproxy again."""

    @property
    def name(self) -> str:
        """Of the proxy."""
        return self.door.name

    def parameters(self) -> Mapping[str, str]:
        """The admin address, the proxy's name and address, and the dialect."""
        return {
            "admin": str(self.toxiproxy.admin),
            "proxy": self.name,
            "listen": str(self.door.address),
            "dialect": write_speech(self.door.speech),
            "upstream": self.upstream,
            "listens_at": self.listen,
            "own_toxics": _TOXICS.dump_json(self.own_toxics).decode(),
            "stack_file": str(self.stack_file or ""),
            **confirmation(self.toxiproxy.admin, self.door.address),
        }


def find_proxy(whereabouts: Whereabouts, name: str) -> ProxyTarget:
    """The dependency behind the proxy `name`.

    Raises InvalidArgumentError for a name without a dialect, and what `Toxiproxy.proxy` and
    `Toxiproxy.address_of` raise.
    """
    speech = whereabouts.speech(name)
    toxiproxy = whereabouts.toxiproxy
    state = toxiproxy.proxy(name)
    door = Door(name, toxiproxy.address_of(state), speech)
    # What a proxy on another host listens at is known only as it is seen from here: nobody makes it anew.
    upstream = state.upstream if toxiproxy.admin.is_here else ""
    own = tuple(toxic for toxic in state.toxics if not is_occurrence(toxic.name))
    return ProxyTarget(toxiproxy, door, upstream, state.listen, own, whereabouts.stack_file)


def _read(parameters: Mapping[str, str], where: str) -> ProxyTarget:
    name = parameters["proxy"]
    # Lines written before targets had a dialect are about the local stack's dependencies.
    speech = read_speech(parameters["dialect"], where) if "dialect" in parameters else speech_of(name)
    if speech is None:
        raise KeyError("dialect")
    confirmed = confirmed_in(parameters)
    return ProxyTarget(
        Toxiproxy(parse_address(parameters["admin"], f"{where}, admin", confirmed), HEALER_TIMEOUT_S),
        Door(name, parse_address(parameters["listen"], f"{where}, listen", confirmed), speech),
        parameters.get("upstream", ""),
        parameters.get("listens_at", ""),
        _TOXICS.validate_json(parameters.get("own_toxics", "[]")),
        Path(parameters["stack_file"]) if parameters.get("stack_file") else None,
    )


def _repair(target: ProxyTarget) -> str | None:
    place = ProxyPlace(
        toxiproxy=target.toxiproxy,
        name=target.name,
        # Lines written before told only where it is reached from here.
        listen=target.listen or str(target.door.address),
        upstream=target.upstream,
        own_toxics=target.own_toxics,
        stack_file=target.stack_file,
    )
    return repair_proxy(place)


PROXY = TargetKind("toxiproxy", "a dependency behind a proxy of Toxiproxy", find_proxy, _read, _repair)

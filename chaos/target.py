"""What is broken: a dependency behind its proxy."""

from dataclasses import dataclass

from chaos.address import Address
from chaos.probes import dialect_of
from chaos.probes.dialect import Dialect
from chaos.toxiproxy import Toxiproxy


@dataclass(frozen=True, slots=True)
class Target:
    """A dependency, the Toxiproxy in front of it, and how to ask it something."""

    name: str
    """Of the proxy."""
    toxiproxy: Toxiproxy
    listen: Address
    """Where the proxy takes connections."""
    dialect: Dialect


def find_target(toxiproxy: Toxiproxy, name: str) -> Target:
    """The dependency behind the proxy `name`.

    Raises InvalidArgumentError for a name without a probe, and what `Toxiproxy.proxy` raises.
    """
    dialect = dialect_of(name)
    return Target(name, toxiproxy, toxiproxy.proxy(name).listen, dialect)

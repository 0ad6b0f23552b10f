"""Where something is asked, and in which dialect."""

from dataclasses import dataclass
from typing import Protocol

from chaos.address import Address
from chaos.probes.dialect import Dialect
from chaos.probes.speech import Speech, dialect_for


class AskedDoor(Protocol):
    """All that asking needs."""

    @property
    def name(self) -> str:
        """Of what answers there, for people."""
        ...

    @property
    def address(self) -> Address:
        """Where it answers."""
        ...

    @property
    def dialect(self) -> Dialect:
        """What is asked there, and what the answers mean."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """One address that answers questions: a proxy's, a dependency's own, a service's."""

    name: str
    """Of what answers there, for people."""
    address: Address
    speech: Speech

    @property
    def dialect(self) -> Dialect:
        """What is asked there, and what the answers mean."""
        return dialect_for(self.speech)

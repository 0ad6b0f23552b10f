"""Where something is asked, and in which dialect."""

from dataclasses import dataclass

from chaos.address import Address
from chaos.probes.dialect import Dialect
from chaos.probes.speech import Speech, dialect_for


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

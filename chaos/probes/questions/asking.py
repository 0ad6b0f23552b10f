"""A question at an address."""

from dataclasses import dataclass

from chaos.address import Address
from chaos.probes.dialect import Dialect
from chaos.probes.door import Door


@dataclass(frozen=True, slots=True)
class QuestionDoor:
    """A door at which something else is asked than whether anybody is there."""

    name: str
    address: Address
    dialect: Dialect


def asking(door: Door, question: Dialect) -> QuestionDoor:
    """The same place, and that question."""
    return QuestionDoor(door.name, door.address, question)

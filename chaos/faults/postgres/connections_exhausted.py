"""Connections exhausted: somebody else has all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict, JsonValue

from chaos.faults.held_fault import HeldFault
from chaos.probes.dialect import Dialect
from chaos.probes.line import Age, Observation, Outcome
from chaos.targets.direct import DirectTarget

_TOO_MANY = "53300"


@dataclass(frozen=True, slots=True)
class ConnectionsExhausted(HeldFault):
    """Every connection that is free or becomes free is taken, the reserved ones too."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "connections-exhausted"
    effect: ClassVar[str] = (
        "New sessions are refused (53300), also to administrators; those that a pool holds go on."
    )
    work: ClassVar[str] = "postgres-connections"

    def work_parameters(self) -> Mapping[str, JsonValue]:
        """To any database."""
        return {"database": "postgres"}

    def question(self, target: DirectTarget) -> Dialect:
        """Whether anybody is there."""
        return target.client_door.dialect

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """A fresh session must be refused, a pooled one answered."""
        for one in seen:
            refused = one.text.startswith(_TOO_MANY)
            if not (refused if one.age is Age.FRESH else one.outcome is Outcome.ANSWERED):
                return f"a {one.age} connection is {one.outcome} ({one.text or 'no word'})"
        return None

"""Clients killed: connections are closed, the server is well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from chaos.faults.held_fault import HeldFault
from chaos.faults.inside_fault import not_cut_and_replaced
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.targets.direct import DirectTarget


@dataclass(frozen=True, slots=True)
class ClientsKilled(HeldFault):
    """CLIENT KILL TYPE normal, again and again."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "clients-killed"
    effect: ClassVar[str] = "Every connection is closed each `every_s` seconds; new ones are made at once."
    work: ClassVar[str] = "redis-kills"

    every_s: Annotated[float, Field(ge=0.2, le=600)] = 2.0
    """Between two times, in seconds."""

    def work_parameters(self) -> Mapping[str, JsonValue]:
        """How often."""
        return {"every_s": self.every_s}

    def question(self, target: DirectTarget) -> Dialect:
        """Whether anybody is there."""
        return target.client_door.dialect

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """A pooled connection must have been cut, a fresh one be answered."""
        return not_cut_and_replaced(seen)

"""Backends terminated: sessions end, the server is well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from chaos.faults.held_fault import HeldFault
from chaos.faults.inside_fault import not_cut_and_replaced
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.targets.direct import DirectTarget

_ADMIN_SHUTDOWN = "57P01"


@dataclass(frozen=True, slots=True)
class BackendsTerminated(HeldFault):
    """pg_terminate_backend on every client's session, again and again."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "backends-terminated"
    effect: ClassVar[str] = "Every session ends (57P01) each `every_s` seconds; new ones are made at once."
    work: ClassVar[str] = "postgres-terminations"

    every_s: Annotated[float, Field(ge=0.2, le=600)] = 2.0
    """Between two times, in seconds."""

    def work_parameters(self) -> Mapping[str, JsonValue]:
        """How often."""
        return {"every_s": self.every_s, "database": "postgres"}

    def question(self, target: DirectTarget) -> Dialect:
        """Whether anybody is there."""
        return target.client_door.dialect

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """A pooled session must have ended, a fresh one be answered."""
        return not_cut_and_replaced(seen, _ADMIN_SHUTDOWN)

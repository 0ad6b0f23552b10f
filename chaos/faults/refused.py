"""Refused: nobody listens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict, JsonValue

from chaos.probes.line import Age, Observation, Outcome
from chaos.target import Target


@dataclass(frozen=True, slots=True)
class Refused:
    """The proxy is disabled."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: ClassVar[str] = "refused"
    effect: ClassVar[str] = "New connections are refused at once, existing ones are closed."

    @property
    def watch_s(self) -> float:
        """The kernel refuses and closes without delay."""
        return 0.2

    @property
    def measure_s(self) -> float:
        """It has no strength."""
        return 0.0

    @property
    def normal_ms(self) -> float:
        """Any answer shows that nothing refuses; the bound is for a loaded machine."""
        return 1000.0

    def parameters(self) -> Mapping[str, JsonValue]:
        """None."""
        return {}

    def inject(self, target: Target, occurrence_id: str) -> None:  # noqa: ARG002 -- a proxy is disabled or not
        """Disable the proxy."""
        target.toxiproxy.set_enabled(target.name, enabled=False)

    def in_place(self, target: Target, occurrence_id: str) -> bool:  # noqa: ARG002 -- the same
        """The proxy is disabled."""
        return not target.toxiproxy.proxy(target.name).enabled

    def heal(self, target: Target, occurrence_id: str) -> None:  # noqa: ARG002 -- the same
        """Enable the proxy."""
        target.toxiproxy.set_enabled(target.name, enabled=True)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """A fresh connection must be refused, a pooled one cut."""
        for one in seen:
            if one.outcome is not (Outcome.REFUSED if one.age is Age.FRESH else Outcome.CLOSED):
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
        return None

    def not_measured(self, seen: Sequence[Observation]) -> str | None:  # noqa: ARG002 -- the protocol's signature
        """Nothing to measure."""
        return None

"""Refused: nobody listens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.faults.fault import Mark
from chaos.faults.plain_fault import PlainFault
from chaos.line_view import open_line_view
from chaos.probes.line import Age, Observation, Outcome
from chaos.sight import Sight, View
from chaos.targets.proxy import ProxyTarget
from chaos.timing import Timing
from chaos.verification import verify_answers


@dataclass(frozen=True, slots=True)
class Refused(PlainFault):
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

    def inject(self, target: ProxyTarget, mark: Mark) -> None:  # noqa: ARG002 -- a proxy is disabled or not
        """Disable the proxy."""
        target.toxiproxy.set_enabled(target.name, enabled=False)

    def in_place(self, target: ProxyTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """The proxy is disabled."""
        return not target.toxiproxy.proxy(target.name).enabled

    def heal(self, target: ProxyTarget, mark: Mark) -> None:  # noqa: ARG002 -- the same
        """Enable the proxy."""
        target.toxiproxy.set_enabled(target.name, enabled=True)

    def view(self, target: ProxyTarget, timing: Timing) -> View:
        """A pooled and a fresh connection through the proxy."""
        return open_line_view(self, target.door, timing)

    def verify_healed(self, target: ProxyTarget, timing: Timing) -> Sight:
        """Any answer shows that nothing refuses."""
        return verify_answers(target.door, timing)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """A fresh connection must be refused, a pooled one cut."""
        for one in seen:
            if one.outcome is not (Outcome.REFUSED if one.age is Age.FRESH else Outcome.CLOSED):
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
        return None

    def not_measured(self, seen: Sequence[Observation]) -> str | None:  # noqa: ARG002 -- the protocol's signature
        """Nothing to measure."""
        return None

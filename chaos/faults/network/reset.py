"""Reset: connections break off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from chaos.faults.network.direction import Direction, streams_of
from chaos.faults.network.network_fault import NetworkFault
from chaos.probes.line import Age, Observation, Outcome
from chaos.toxiproxy import Stream

_LONGEST_MS = 500
"""Toxiproxy's admin interface waits for a reset that is under way, and so does healing."""

_FELT_SHARE = 0.8
_MARGIN_S = 0.4


@dataclass(frozen=True, slots=True)
class Reset(NetworkFault):
    """A reset_peer toxic: the first data in its direction end the connection.

    Toxiproxy closes in order what was connected before; only what is connected later sees a reset.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "reset"
    effect: ClassVar[str] = (
        "Connections are made at once and are reset when they are used; connections that were there before "
        "are closed when they are used."
    )

    after_ms: Annotated[int, Field(ge=0, le=_LONGEST_MS)] = 0
    """From the first data to the reset."""
    direction: Direction = "downstream"
    """downstream: what was asked is done, and its answer breaks off; upstream: nothing arrives."""

    @property
    def toxic_type(self) -> str:
        """Toxiproxy's reset_peer."""
        return "reset_peer"

    @property
    def attributes(self) -> Mapping[str, int]:
        """Milliseconds, as ours."""
        return {"timeout": self.after_ms}

    @property
    def streams(self) -> tuple[Stream, ...]:
        """As asked for."""
        return streams_of(self.direction)

    @property
    def watch_s(self) -> float:
        """Until the reset."""
        return self.after_ms / 1000 + _MARGIN_S

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """A fresh connection must have been reset, a pooled one closed, both unanswered and not too soon."""
        for one in seen:
            ended = one.reset or (one.age is Age.POOLED and one.outcome is Outcome.CLOSED)
            if not ended or one.received_bytes or one.after_ms < _FELT_SHARE * self.after_ms:
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms, not reset"
        return None

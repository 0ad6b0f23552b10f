"""Truncated: answers are cut short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from chaos.faults.network.network_fault import NetworkFault
from chaos.probes.line import Observation, Outcome
from chaos.probes.question import Question, long_question

_MOST_BYTES = 500_000
_BEYOND_BYTES = 1000
"""By how much the probe's answer is longer than what passes."""


@dataclass(frozen=True, slots=True)
class Truncated(NetworkFault):
    """A limit_data toxic: each connection passes so many bytes of answers and is closed, in mid-answer.

    Toxiproxy counts from the injection on, or from the beginning of a connection that is made later.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "truncated"
    effect: ClassVar[str] = (
        "Connections are made at once; answers begin, end too soon, and the connection is closed."
    )

    after_bytes: Annotated[int, Field(ge=1, le=_MOST_BYTES)]
    """How much of its answers a connection gets."""

    @property
    def toxic_type(self) -> str:
        """Toxiproxy's limit_data."""
        return "limit_data"

    @property
    def attributes(self) -> Mapping[str, int]:
        """Bytes, as ours."""
        return {"bytes": self.after_bytes}

    @property
    def question(self) -> Question:
        """With an answer longer than what passes."""
        return long_question(self.after_bytes + _BEYOND_BYTES)

    @property
    def watch_s(self) -> float:
        """It is cut as soon as it comes."""
        return 0.5

    def too_short(self, sound: Observation) -> str | None:
        """It must be longer than what passes."""
        return None if sound.received_bytes > self.after_bytes else f"an end after {self.after_bytes} bytes"

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must have been given part of an answer, and then closed."""
        for one in seen:
            if one.outcome is not Outcome.CLOSED or not 0 < one.received_bytes <= self.after_bytes:
                return (
                    f"a {one.age} connection is {one.outcome} after {one.received_bytes} bytes, where it is "
                    f"to be closed after {self.after_bytes}"
                )
        return None

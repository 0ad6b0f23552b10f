"""What is seen of a target: before a fault, while it lasts, after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen when a question was decided."""

    seen: Mapping[str, JsonValue]
    """As the timeline tells it."""
    looks: int
    """How many it took."""
    summary: str
    """For people, as "postgres answers in 3.1 ms"."""


class View(Protocol):
    """A target while a fault is made: opened before it, on a sound target."""

    @property
    def before(self) -> Mapping[str, JsonValue]:
        """What was seen of the sound target, as the timeline tells it; may be empty."""
        ...

    def felt(self) -> Sight:
        """Look until the fault is felt, for a bounded time. Raises NotFeltError."""
        ...

    def measured(self) -> Sight | None:
        """Once it is felt: its strength; None where there is none to measure.

        Raises NotFeltError for another strength than was asked for.
        """
        ...

    def close(self) -> None:
        """End what was opened; harmless when repeated."""
        ...

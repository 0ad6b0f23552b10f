"""One intended request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """One intended request at one intended instant."""

    index: int
    """Position in the whole stream of all workers."""
    offset_ns: int
    """Intended instant, counted from the start of the load."""
    persona: str
    number: int = 0
    """Position among the arrivals of its persona."""

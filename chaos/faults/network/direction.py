"""Which way a fault of the network works."""

from typing import Literal

from chaos.toxiproxy import Stream

type Direction = Literal["downstream", "upstream", "both"]
"""downstream: what a client receives; upstream: what it sends."""


def streams_of(direction: Direction) -> tuple[Stream, ...]:
    """As Toxiproxy takes them."""
    return ("downstream", "upstream") if direction == "both" else (direction,)

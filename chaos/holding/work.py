"""What holders do, by name."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from chaos.address import Address, confirmed_in, parse_address

LONGEST_S = 3700.0
"""A holder that nobody ends, ends by itself: somewhat beyond the longest hold of an experiment."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What a holder is to do."""

    parameters: Mapping[str, JsonValue]
    ready: Callable[[], None]
    """To be called as soon as the fault is there."""
    ends_s: float
    """On the monotonic clock: then it lets go."""

    @property
    def address(self) -> Address:
        """Of what the fault is inside of. Raises ChaosError."""
        return parse_address(self.text("address"), "address", confirmed_in(self.parameters))

    def text(self, name: str) -> str:
        """A parameter."""
        return str(self.parameters[name])

    def number(self, name: str) -> float:
        """A parameter."""
        return float(str(self.parameters[name]))

    def texts(self, name: str) -> tuple[str, ...]:
        """A parameter that is a list."""
        value = self.parameters[name]
        return tuple(str(one) for one in value) if isinstance(value, list) else ()

    @property
    def left_s(self) -> float:
        """Until it must let go."""
        return self.ends_s - time.monotonic()


def read_hold(parameters: Mapping[str, JsonValue], ready: Callable[[], None]) -> Hold:
    """From the arguments of a holder."""
    return Hold(parameters, ready, time.monotonic() + LONGEST_S)

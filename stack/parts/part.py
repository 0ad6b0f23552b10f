"""What every part can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stack.cancellation import Cancellation
from stack.layout import PartLayout
from stack.programs import Program
from stack.settings import StackSettings


class Unanswered(Exception):  # noqa: N818 -- what is asked on every start, not yet an error
    """A part does not answer a real request (yet); the message says why."""


def reason(error: Exception) -> str:
    """What an error says; some say nothing but their name."""
    return str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class PartContext:
    """The stack that a part belongs to."""

    settings: StackSettings
    programs: Mapping[str, Path]
    """Folder of each program, by the program's name."""
    cancellation: Cancellation = field(default_factory=Cancellation)


@dataclass(frozen=True, slots=True)
class Command:
    """How to start a part."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


class StackPart(Protocol):
    """A server that can be prepared, started and asked."""

    @property
    def layout(self) -> PartLayout:
        """Its name, version and ports."""

    @property
    def programs(self) -> tuple[Program, ...]:
        """What it is made of."""

    @property
    def ready_timeout_s(self) -> float:
        """How long it may take until it answers, on a busy machine."""

    def ports(self, port_base: int) -> tuple[int, ...]:
        """Every port that it listens on itself."""

    def prepare(self, context: PartContext) -> None:
        """Make its data folder ready; harmless when it is."""

    def command(self, context: PartContext) -> Command:
        """How to start it."""

    def ask(self, port: int, timeout_s: float) -> str:
        """Make a real request and return the version that the server tells. Raises Unanswered."""

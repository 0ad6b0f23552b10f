"""A CSV file as a scenario names it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ConfigDict


class Pick(StrEnum):
    """Which row an arrival gets."""

    SEQUENTIAL = "sequential"
    """One after another: none comes twice before all had their turn, however many workers send."""
    RANDOM = "random"
    """Any, all equally likely."""
    ZIPF = "zipf"
    """Any, the first ones most likely, by Zipf's law."""


class OnEnd(StrEnum):
    """What follows the last row of a sequential pick."""

    WRAP = "wrap"
    """The first one again."""
    STOP = "stop"
    """Nothing: the persona sends no more."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """UTF-8, with a line of column names; each is a variable: ${name.column}."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    file: str
    """From the scenario's folder."""
    name: str | None = None
    """What templates call it; None: the file's name without its ending."""
    pick: Pick = Pick.SEQUENTIAL
    on_end: OnEnd = OnEnd.WRAP
    exponent: float = 1.0
    """Of Zipf's law; 0 makes all rows equally likely."""
    delimiter: str = ","

    @property
    def called(self) -> str:
        """What templates call it."""
        return self.name if self.name is not None else Path(self.file).stem

"""A random value as a scenario declares it: drawn once for each arrival, the same for the same seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import ConfigDict

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class IntegerRange:
    """A whole number, all equally likely."""

    __pydantic_config__ = _STRICT

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Words:
    """A word by Zipf's law, the first ones most likely."""

    __pydantic_config__ = _STRICT

    of: tuple[str, ...] = ()
    """None: the words of the seeded documents."""
    exponent: float = 1.0
    """0 makes all equally likely."""


class TimestampForm(StrEnum):
    """How an instant is written."""

    ISO = "iso"
    """2026-05-01T12:00:00Z"""
    UNIX_S = "unix_s"
    UNIX_MS = "unix_ms"


@dataclass(frozen=True, slots=True)
class TimestampRange:
    """An instant, all equally likely."""

    __pydantic_config__ = _STRICT

    least: datetime
    """UTC where it names no zone."""
    most: datetime
    form: TimestampForm = TimestampForm.ISO

    @property
    def bounds_s(self) -> tuple[float, float]:
        """Both ends, in seconds since 1970."""
        return _timestamp_s(self.least), _timestamp_s(self.most)


@dataclass(frozen=True, slots=True)
class Variable:
    """One of them."""

    __pydantic_config__ = _STRICT

    uuid: bool | None = None
    """A random UUID (version 4)."""
    integer: IntegerRange | None = None
    choice: tuple[str | int | float | bool, ...] | None = None
    """One of these, all equally likely."""
    weighted: Mapping[str, float] | None = None
    """One of these, by their weights."""
    word: Words | None = None
    timestamp: TimestampRange | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which of them it is: one, where it is right."""
        given = {name: getattr(self, name) for name in KINDS}
        return tuple(name for name, value in given.items() if value is not None and value is not False)


KINDS = ("uuid", "integer", "choice", "weighted", "word", "timestamp")


def _timestamp_s(instant: datetime) -> float:
    return (instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)).timestamp()

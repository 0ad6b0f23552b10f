"""What can be wrong with a file of results, or with how it is to be read."""

from dataclasses import dataclass


class InvalidOption(ValueError):  # noqa: N818 -- beside InvalidFile: said of an option
    """An option cannot be used, or one is missing. Says what is allowed and what to do."""


@dataclass(frozen=True)
class BadValue(ValueError):  # noqa: N818 -- a value is bad where a file is invalid
    """One line does not hold what it must."""

    where: str
    """The field, as `timestamp`; empty for the line as a whole."""
    value: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.where or 'the line'}: {self.value}: {self.allowed}"


LONGEST_VALUE = 80


def shortened(value: object, longest: int = LONGEST_VALUE) -> str:
    """How a value is shown in a message."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"

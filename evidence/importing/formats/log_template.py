"""How a line of an access log is taken apart by the format that it was written with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evidence.importing.errors import BadValue, InvalidOption, shortened


@dataclass(frozen=True, slots=True)
class LogTemplate:
    """A log format: variables with fixed text between them."""

    written: str
    _pattern: re.Pattern[str]
    _names: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables that it has."""
        return frozenset(self._names)

    def take_apart(self, line: str) -> Mapping[str, str]:
        """The value of each variable; of one that stands twice the first. Raises BadValue."""
        match = self._pattern.fullmatch(line)
        if match is None:
            raise BadValue("", repr(shortened(line)), f"must be written as {self.written}")
        values: dict[str, str] = {}
        for name, value in zip(self._names, match.groups(), strict=True):
            values.setdefault(name, value)
        return values

    def matches(self, line: str) -> bool:
        """Whether a line can have been written with it."""
        return self._pattern.fullmatch(line) is not None


def compile_template(written: str, variable: re.Pattern[str]) -> LogTemplate:
    """`written`, in which `variable` finds the variables (its group 1 is the name). Raises InvalidOption.

    A value ends where the text after it comes first, so no line takes longer than its length; the last one
    ends with the line.
    """
    names: list[str] = []
    pattern = ""
    at, open_variable = 0, False
    for found in variable.finditer(written):
        pattern += _until(written[at : found.start()], open_variable, names)
        names.append(found[1])
        at, open_variable = found.end(), True
    tail = written[at:]
    pattern += ("(.*)" if not tail else _until(tail, open_variable, names)) if open_variable else ""
    if not names:
        raise InvalidOption(f"--log-format {written!r}: has no variable of the access log in it")
    return LogTemplate(written, re.compile(pattern, re.DOTALL), tuple(names))


def _until(text: str, open_variable: bool, names: list[str]) -> str:
    """The pattern of a value up to `text`, and of the text itself."""
    if not open_variable:
        return re.escape(text)
    if not text:
        raise InvalidOption(f"--log-format: there must be some text after {names[-1]}, to tell where it ends")
    return f"(?>(.*?){re.escape(text)})"

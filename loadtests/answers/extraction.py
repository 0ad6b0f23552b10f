"""A value taken from an answer, for the later steps of its session."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from pydantic import ConfigDict

from loadtests.answers.pointer import MISSING, parse_pointer
from loadtests.http_messages import HttpAnswer
from loadtests.templates.escaping import Value


@dataclass(frozen=True, slots=True)
class Extraction:
    """From where: from the JSON body, from a header, or from the body's text."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    json: str | None = None
    """A JSON Pointer."""
    header: str | None = None
    pattern: str | None = None
    """A regular expression: its first group, or all of it. Of the header where one is named, else of
    the body.
    """

    @property
    def shown(self) -> str:
        """As the file has it."""
        given = {"json": self.json, "header": self.header, "pattern": self.pattern}
        return (
            ", ".join(f"{name}: {value}" for name, value in given.items() if value is not None) or "nothing"
        )


type Extract = Callable[[HttpAnswer], Value | None]
"""None: it is not there."""


def compile_extraction(extraction: Extraction) -> Extract:
    """Raises ValueError, which says what is allowed."""
    if extraction.json is not None:
        if extraction.header is not None or extraction.pattern is not None:
            raise ValueError("must be one of json, header, pattern, or header with pattern")
        return _from_json(extraction.json)
    header = extraction.header
    if extraction.pattern is None:
        if header is None:
            raise ValueError("must be one of json, header, pattern, or header with pattern")
        return _first_line_of(header)
    try:
        pattern = re.compile(extraction.pattern)
    except re.error as error:
        raise ValueError(f"must be a regular expression: {error}") from error
    return _matched_in_body(pattern) if header is None else _matched(pattern, header)


def _from_json(text: str) -> Extract:
    pointer = parse_pointer(text)

    def extract(answer: HttpAnswer) -> Value | None:
        try:
            found = pointer.find(orjson.loads(answer.body))
        except orjson.JSONDecodeError:
            return None
        if found is MISSING or found is None:
            return None
        return found if isinstance(found, str | int | float | bool) else orjson.dumps(found).decode()

    return extract


def _lines_of(header: str) -> Callable[[HttpAnswer], list[str]]:
    """Each cookie has a line of its own."""
    name = header.lower()
    return lambda answer: answer.headers[name].split("\n") if name in answer.headers else []


def _first_line_of(header: str) -> Extract:
    lines_of = _lines_of(header)
    return lambda answer: next(iter(lines_of(answer)), None)


def _matched(pattern: re.Pattern[str], header: str) -> Extract:
    """In the first line of it that has it."""
    lines_of = _lines_of(header)

    def extract(answer: HttpAnswer) -> Value | None:
        found = (_found(pattern, line) for line in lines_of(answer))
        return next((one for one in found if one is not None), None)

    return extract


def _matched_in_body(pattern: re.Pattern[str]) -> Extract:
    return lambda answer: _found(pattern, answer.body.decode("utf-8", "replace"))


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return None if match is None else match[1 if pattern.groups else 0]

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
    if extraction.header is None and extraction.pattern is None:
        raise ValueError("must be one of json, header, pattern, or header with pattern")
    if extraction.pattern is None:
        return _text_of(extraction.header)
    try:
        pattern = re.compile(extraction.pattern)
    except re.error as error:
        raise ValueError(f"must be a regular expression: {error}") from error
    return _matched(pattern, _text_of(extraction.header))


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


def _text_of(header: str | None) -> Callable[[HttpAnswer], str | None]:
    if header is None:
        return lambda answer: answer.body.decode("utf-8", "replace")
    name = header.lower()
    return lambda answer: answer.headers.get(name)


def _matched(pattern: re.Pattern[str], text_of: Callable[[HttpAnswer], str | None]) -> Extract:
    def extract(answer: HttpAnswer) -> Value | None:
        text = text_of(answer)
        match = pattern.search(text) if text is not None else None
        return None if match is None else match[1 if pattern.groups else 0]

    return extract

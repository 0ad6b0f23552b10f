"""A text with places, each of them a name in ${braces}; $$ is a dollar sign."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from loadtests.templates.escaping import Value, as_text

type Escape = Callable[[Value], str]

_MARK = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[^{}]*)(?P<end>\}?))")


class TemplateError(ValueError):
    """The text cannot be taken apart; says where and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes, and how it is written there."""

    name: str
    escape: Escape


@dataclass(frozen=True, slots=True)
class Template:
    """Filling in is one formatting: about a microsecond."""

    _format: str
    """With %s at each place."""
    places: tuple[Place, ...]

    @property
    def names(self) -> frozenset[str]:
        """What must be known to fill it in."""
        return frozenset(place.name for place in self.places)

    def fill(self, values: Mapping[str, Value]) -> str:
        """The text with the values at their places."""
        return self._format % tuple([place.escape(values[place.name]) for place in self.places])


def parse_template(text: str, escape: Escape = as_text) -> Template:
    """Raises TemplateError."""
    return join_template(parts_of(text, escape))


def join_template(parts: Iterator[str | Place]) -> Template:
    """The template that these literals and places make."""
    texts, places = [], []
    for part in parts:
        if isinstance(part, Place):
            texts.append("%s")
            places.append(part)
        else:
            texts.append(part.replace("%", "%%"))
    return Template("".join(texts), tuple(places))


def parts_of(text: str, escape: Escape) -> Iterator[str | Place]:
    """The literals and places of a text, in order. Raises TemplateError."""
    last = 0
    for mark in _MARK.finditer(text):
        if mark.start() > last:
            yield text[last : mark.start()]
        last = mark.end()
        if mark["dollar"]:
            yield "$"
            continue
        name = mark["name"].strip()
        if not mark["end"] or not name:
            shown = text[mark.start() : mark.start() + 20]
            raise TemplateError(f"{shown!r} must be a name in braces, as ${{name}}; $$ is a dollar sign")
        yield Place(name, escape)
    if last < len(text):
        yield text[last:]

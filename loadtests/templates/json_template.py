"""A JSON document with places in its strings and keys. Where a string is one place and nothing else, the
value stands there with its type.
"""

from collections.abc import Iterator, Mapping

import orjson

from loadtests.templates.escaping import as_json, in_json_text
from loadtests.templates.template import Place, Template, join_template, parts_of


def parse_json_template(content: object) -> Template:
    """Raises TemplateError; TypeError for what JSON does not have."""
    return join_template(_parts(content))


def _parts(content: object) -> Iterator[str | Place]:
    if isinstance(content, str):
        yield from _of_text(content)
    elif isinstance(content, Mapping):
        yield "{"
        for position, (key, value) in enumerate(content.items()):
            yield "," if position else ""
            yield from _quoted(str(key))
            yield ":"
            yield from _parts(value)
        yield "}"
    elif isinstance(content, list | tuple):
        yield "["
        for position, value in enumerate(content):
            yield "," if position else ""
            yield from _parts(value)
        yield "]"
    else:
        yield orjson.dumps(content).decode()


def _of_text(text: str) -> Iterator[str | Place]:
    parts = tuple(parts_of(text, as_json))
    if len(parts) == 1 and isinstance(parts[0], Place):
        yield parts[0]
    else:
        yield from _quoted(text)


def _quoted(text: str) -> Iterator[str | Place]:
    yield '"'
    for part in parts_of(text, in_json_text):
        yield part if isinstance(part, Place) else in_json_text(part)
    yield '"'

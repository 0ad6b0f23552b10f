"""A document as clients send and receive it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import orjson

from reference_service.errors import InvalidInputError

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
TITLE_LENGTH = 500
CONTENT_LENGTH = 1_000_000
TAG_LENGTH = 64
TAGS = 32
# Far above what one can have (the object, its fields, its tags): what has more is none.
MOST_VALUES = 100
FIELDS = frozenset({"id", "title", "content", "tags"})


@dataclass(frozen=True, slots=True)
class Document:
    """The content; its id and version are kept beside it."""

    title: str
    content: str
    tags: tuple[str, ...]

    def stored_json(self) -> str:
        """What the outbox holds and Elasticsearch gets."""
        return orjson.dumps({"title": self.title, "content": self.content, "tags": self.tags}).decode()

    def body(self, document_id: str, version: int) -> bytes:
        """What a client gets."""
        return orjson.dumps(
            {
                "id": document_id,
                "title": self.title,
                "content": self.content,
                "tags": self.tags,
                "version": version,
            }
        )


def parse_stored(stored_json: str | bytes) -> Document:
    """A document from its stored JSON, which this service wrote."""
    raw = orjson.loads(stored_json)
    return Document(raw["title"], raw["content"], tuple(raw.get("tags", ())))


def parse_document(body: bytes) -> tuple[str | None, Document]:
    """The id (None: the service gives one) and the document of a request. Raises InvalidInputError."""
    return read_document(parse_json(body))


def read_document(raw: object) -> tuple[str | None, Document]:
    """The same, of JSON that has been parsed."""
    fields = read_object(raw, FIELDS)
    document_id = check_id(fields["id"]) if "id" in fields else None
    title = _text(fields, "title", TITLE_LENGTH)
    content = _text(fields, "content", CONTENT_LENGTH)
    return document_id, Document(title, content, _tags(fields.get("tags", [])))


def parse_json(body: bytes) -> object:
    """Parsed JSON. Raises InvalidInputError, for text that nests too deeply (1024), too."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError("body", f"valid JSON is required ({error})") from error


def read_object(raw: object, fields: Collection[str], what: str = "body") -> dict[str, object]:
    """The object, if all its fields are among those allowed. Raises InvalidInputError."""
    if not isinstance(raw, dict):
        raise InvalidInputError(what, "a JSON object is required")
    for name in raw:
        if name not in fields:
            raise InvalidInputError(name, f"no such field; allowed are {', '.join(sorted(fields))}")
        if raw[name] is None:
            raise InvalidInputError(name, "a value is required; to do without the field, leave it out")
    return raw


def check_id(value: object) -> str:
    """The value, if it can be a document's id. Raises InvalidInputError."""
    if not isinstance(value, str) or not ID_PATTERN.fullmatch(value):
        raise InvalidInputError(
            "id", "1 to 128 letters, digits, and . _ ~ - are allowed, a letter or digit first"
        )
    return value


def _text(raw: dict[str, object], name: str, length: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > length or "\0" in value:
        raise InvalidInputError(name, f"text of 1 to {length} characters is required")
    return value


def _tags(value: object) -> tuple[str, ...]:
    allowed = f"a list of at most {TAGS} texts of 1 to {TAG_LENGTH} characters"
    if not isinstance(value, list) or len(value) > TAGS:
        raise InvalidInputError("tags", allowed)
    for tag in value:
        if not isinstance(tag, str) or not 0 < len(tag) <= TAG_LENGTH or "\0" in tag:
            raise InvalidInputError("tags", allowed)
    return tuple(value)

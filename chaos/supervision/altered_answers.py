"""Answers that a sound tolerance must be able to refuse: what a probe said, altered into errors."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

HTTP_ERRORS = (404, 500, 502, 503, 504)
EXIT_ERRORS = (1, 2, 127, 255, -9)
WRONG_TEXTS = ("", "error", "Internal Server Error", "0", "\x00", "nichts da\n", "日本")
WRONG_NUMBERS: tuple[float, ...] = (-1e12, -1, 0, 1, 1e12)
WRONG_DOCUMENTS: tuple[JsonValue, ...] = ({}, [], {"error": "down"}, None)


def altered(value: JsonValue) -> tuple[JsonValue, ...]:
    """Answers of the same form that say something else, and none that equals `value`."""
    return tuple(one for one in _altered(value) if one != value or type(one) is not type(value))


def _altered(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from WRONG_NUMBERS
    elif isinstance(value, str):
        yield from WRONG_TEXTS
    elif isinstance(value, Mapping) and "status" in value:
        yield from _altered_answer(dict(value))
    elif isinstance(value, Mapping | list):
        yield from WRONG_DOCUMENTS
    yield None


def _altered_answer(answer: dict[str, JsonValue]) -> Iterator[JsonValue]:
    """What http and process providers return: a status, and what came with it."""
    statuses = HTTP_ERRORS if "body" in answer else EXIT_ERRORS
    texts = [name for name in ("body", "stdout", "stderr") if name in answer]
    for status in statuses:
        for text in (*WRONG_TEXTS, *WRONG_DOCUMENTS):
            yield answer | {"status": status} | dict.fromkeys(texts, text)

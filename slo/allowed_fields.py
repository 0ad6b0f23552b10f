"""Telling what may stand where an unknown field stood."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Annotated, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from evidence.errors import Problem

_EXTRA_FIELD = re.compile(r"extra inputs|unexpected keyword", re.IGNORECASE)


def with_allowed_fields(problem: Problem, document: type) -> Problem:
    """A field that is unknown of `document` is told with those that are known at its place."""
    if not _EXTRA_FIELD.search(problem.allowed):
        return problem
    parent, _, field = problem.where.rpartition(".")
    shape = _shape_at(document, re.findall(r"[^.\[\]]+", re.sub(r"\[\d+\]", "", parent)))
    if shape is None:
        return problem
    return Problem(problem.where, f"unknown field {field!r}", f"allowed are {', '.join(_written(shape))}")


def _shape_at(document: type, steps: list[str]) -> type | None:
    shape: type | None = document
    for step in steps:
        if shape is None:
            return None
        shape = next(_shapes(_written(shape).get(step)), None)
    return shape


def _written(shape: type) -> dict[str, object]:
    """The fields of a shape that may be written, by the names they have in a file."""
    hints = get_type_hints(shape, include_extras=True)
    named: dict[str, object] = {}
    for field in fields(shape):
        hint = hints[field.name]
        extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        if get_origin(hint) is Annotated and get_args(hint)[0] is type(None):
            continue  # known to OpenSLO, refused here
        aliases = [one.alias for one in extras if isinstance(one, FieldInfo) and one.alias]
        named[aliases[0] if aliases else field.name] = hint
    return named


def _shapes(hint: object) -> Iterator[type]:
    """The dataclasses in a type, inside Annotated, unions and tuples."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    elif get_origin(hint) is Annotated:
        yield from _shapes(get_args(hint)[0])
    elif get_origin(hint) in {tuple, Union, UnionType}:
        for one in get_args(hint):
            yield from _shapes(one)

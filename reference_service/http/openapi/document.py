"""Puts the files together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import cast

import orjson
import yaml

SHARED = "shared.yaml"


@cache
def openapi_json() -> bytes:
    """The whole document as JSON."""
    document = _read(SHARED)
    paths = cast("dict[str, object]", document.setdefault("paths", {}))
    schemas = cast("dict[str, dict[str, object]]", document["components"])["schemas"]
    for name in _nouns():
        part = _read(name)
        paths.update(cast("dict[str, object]", part.get("paths", {})))
        schemas.update(cast("dict[str, object]", part.get("schemas", {})))
    return orjson.dumps(document)


def _nouns() -> Iterator[str]:
    for entry in sorted(files(__package__).iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".yaml") and entry.name != SHARED:
            yield entry.name


def _read(name: str) -> dict[str, object]:
    return cast("dict[str, object]", yaml.safe_load(files(__package__).joinpath(name).read_text()))

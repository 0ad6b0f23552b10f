"""What a target says of itself at /health/ready."""

import json
from collections.abc import Mapping

from stormproof.live.picture import DependencyState, TargetHealth

PATH = "/health/ready"
MOST_DEPENDENCIES = 50
SILENT = "does not tell of its dependencies"
_LONGEST = 200


def read_health(status: int, body: bytes) -> TargetHealth:
    """An answer of the reference service, or of one that says `status` and `dependencies` likewise; of any
    other, that it does not tell.
    """
    try:
        told: object = json.loads(body)
    except ValueError:
        return TargetHealth(SILENT, ())
    if not isinstance(told, Mapping) or not isinstance(told.get("dependencies"), Mapping):
        return TargetHealth(SILENT, ())
    status_word = _word(told.get("status")) or f"HTTP {status}"
    found = list(told["dependencies"].items())[:MOST_DEPENDENCIES]
    return TargetHealth(status_word, tuple(_dependency(_word(name), one) for name, one in found))


def _dependency(name: str, told: object) -> DependencyState:
    if not isinstance(told, Mapping):
        return DependencyState(name, _word(told) or "unknown", {}, "")
    breakers = told.get("breakers")
    return DependencyState(
        name=name,
        state=_word(told.get("state")) or _word(told.get("status")) or "unknown",
        breakers={_word(one): _word(state) for one, state in breakers.items()}
        if isinstance(breakers, Mapping)
        else {},
        detail=_word(told.get("detail")),
    )


def _word(value: object) -> str:
    return "" if value is None else str(value)[:_LONGEST]

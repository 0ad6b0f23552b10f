"""Probes: each speaks a dependency's own protocol through its proxy and tells what came back, and when."""

from chaos.errors import InvalidArgumentError
from chaos.probes.dialect import Dialect
from chaos.probes.elasticsearch import ELASTICSEARCH
from chaos.probes.postgres import POSTGRES
from chaos.probes.redis import REDIS

_DIALECTS = {
    "elasticsearch": ELASTICSEARCH,
    "postgres": POSTGRES,
    "redis-cache": REDIS,
    "redis-state": REDIS,
}


def dialect_of(target: str) -> Dialect:
    """What the dependency behind a proxy speaks. Raises InvalidArgumentError for an unknown name."""
    if target not in _DIALECTS:
        raise InvalidArgumentError(f"target {target!r} is unknown: must be one of {', '.join(_DIALECTS)}.")
    return _DIALECTS[target]

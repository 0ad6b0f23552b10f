"""The names of targets, as an experiment gives them."""

from collections.abc import Sequence

from chaos.errors import InvalidArgumentError
from chaos.targets.whereabouts import Whereabouts

ALL = "all"
"""Every proxy that the Toxiproxy has: a partition from all dependencies."""


def target_names(whereabouts: Whereabouts, targets: Sequence[str] | str) -> tuple[str, ...]:
    """Each by its name. Raises InvalidArgumentError; for `all` what `Toxiproxy.proxies` raises."""
    if targets == ALL:
        names = tuple(proxy.name for proxy in whereabouts.toxiproxy.proxies())
        if not names:
            raise InvalidArgumentError(
                f"targets: all: Toxiproxy at {whereabouts.toxiproxy.admin} has no proxy."
            )
        return names
    if isinstance(targets, str) or not targets or len(set(targets)) != len(targets):
        raise InvalidArgumentError(
            f"targets: {targets!r}: must be a list of different names of targets, or {ALL}."
        )
    return tuple(targets)

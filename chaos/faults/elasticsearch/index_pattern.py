"""Which indices a fault is about."""

from typing import Annotated

from pydantic import Field

from chaos.admin.elasticsearch_admin import ElasticsearchAdmin
from chaos.errors import InvalidArgumentError

type IndexPattern = Annotated[str, Field(pattern=r"^[a-z0-9*][a-z0-9._*,-]*$")]
"""Names of indices or aliases, `*` for any characters, separated by commas."""


def indices_of(admin: ElasticsearchAdmin, pattern: str) -> tuple[str, ...]:
    """The open indices. Raises InvalidArgumentError where there is none: nothing could be felt."""
    found = admin.indices(pattern)
    if not found:
        raise InvalidArgumentError(
            f"indices: {pattern!r}: no open index of Elasticsearch at {admin.address} has such a name."
        )
    return found

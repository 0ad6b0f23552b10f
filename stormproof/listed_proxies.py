"""The file that tells a Toxiproxy its proxies; it passes over what it cannot read, and runs without."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from evidence.documents import read_document

_STRICT = ConfigDict(extra="forbid")
_ADDRESS = Field(pattern=r"^.*:\d+$")


@dataclass(frozen=True, slots=True)
class ListedProxy:
    """A proxy, as Toxiproxy 2 takes it (https://github.com/Shopify/toxiproxy#2-populating-toxiproxy)."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, Field(min_length=1)]
    listen: Annotated[str, _ADDRESS]
    """Where the service reaches its dependency from now on: host:port."""
    upstream: Annotated[str, _ADDRESS]
    """Where the dependency is: host:port."""
    enabled: bool = True


def read_proxies(path: Path) -> tuple[ListedProxy, ...]:
    """The proxies of a JSON list. Raises InvalidFile, naming every problem."""
    example = '[{"name": "database", "listen": "127.0.0.1:15432", "upstream": "127.0.0.1:5432"}]'
    return read_document(
        path,
        tuple[ListedProxy, ...],
        next_step=f"It must be a JSON list, as {example}; nothing was started.",
    )

"""Seeded tenants and their keys: `tenants.json`, as the service's seeding writes it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict

from evidence.documents import read_document

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant and what was seeded for it."""

    __pydantic_config__ = _STRICT

    id: str
    tier: str
    api_key: str
    document_count: int
    document_id_prefix: str
    """A seeded document's id is this and a number of six digits, from 000000 on."""

    def document_id(self, index: int) -> str:
        """The id of seeded document `index`, 0 <= index < document_count."""
        return f"{self.document_id_prefix}{index:06d}"


@dataclass(frozen=True, slots=True)
class TenantsRecord:
    """The content of `tenants.json`."""

    __pydantic_config__ = _STRICT

    seed: int
    words: tuple[str, ...]
    """Words of the seeded documents, the most common first."""
    tenants: tuple[Tenant, ...]
    schema: Literal[1] = 1


def read_tenants(path: Path) -> TenantsRecord:
    """Raises InvalidFile, which says how to seed when nothing is."""
    return read_document(path, TenantsRecord, next_step="Start a seeded service with: stormproof serve")

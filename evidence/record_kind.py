"""A kind of record: its folder in the run, its dataclass, its columns."""

from dataclasses import dataclass

import pyarrow as pa

SCHEMA_NUMBER = 2
READABLE_SCHEMAS = frozenset({1, 2})
"""1 lacks only a case that 2 allows: a request that was sent, nobody knows when."""
_SCHEMA_KEY = b"stormproof.schema"


@dataclass(frozen=True)
class RecordKind[T]:
    """How records of type T lie on disk: one file a worker in `folder`, a column a field."""

    folder: str
    record_type: type[T]
    columns: pa.Schema

    @property
    def schema(self) -> pa.Schema:
        """The columns, with the schema number that readers check."""
        return self.columns.with_metadata({_SCHEMA_KEY: str(SCHEMA_NUMBER).encode()})


def schema_number(schema: pa.Schema) -> int | None:
    """The schema number that a file carries; None when it carries none."""
    value = (schema.metadata or {}).get(_SCHEMA_KEY)
    return int(value) if value is not None and value.isdigit() else None

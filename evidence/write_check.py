"""Recording what a check found of acknowledged writes, where the writes are recorded."""

import os
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evidence.record_reader import record_files
from evidence.write_record import WRITES

type Document = tuple[str, str]
"""Tenant and document."""


def record_check(run_dir: Path, checked_ns: int, lost: Mapping[Document, int | None]) -> int:
    """Say of the newest write of each document that a check looked for it at `checked_ns`, and what it found.

    `lost` has the documents that were not as they must be, each with the version that was there; of the
    others the version that was acknowledged stands for what was found, which may be newer. An earlier check
    is forgotten. Returns how many documents were looked for. Safe to do again; a file is replaced whole.
    Raises InvalidFile.
    """
    files = record_files(run_dir, WRITES).parquet
    tables = [pq.read_table(file) for file in files]
    newest = _newest(tables)
    for index, (file, table) in enumerate(zip(files, tables, strict=True)):
        _replace(file, _checked(table, index, newest, checked_ns, lost))
    return len(newest)


def _newest(tables: list[pa.Table]) -> dict[Document, tuple[int, int, int]]:
    """By document, the highest version, and in which row of which table it is."""
    found: dict[Document, tuple[int, int, int]] = {}
    for index, table in enumerate(tables):
        columns = (table.column(name).to_pylist() for name in ("tenant", "document_id", "version"))
        for row, (tenant, document_id, version) in enumerate(zip(*columns, strict=True)):
            known = found.get((tenant, document_id))
            if known is None or known[0] <= version:
                found[tenant, document_id] = (version, index, row)
    return found


def _checked(
    table: pa.Table,
    index: int,
    newest: Mapping[Document, tuple[int, int, int]],
    checked_ns: int,
    lost: Mapping[Document, int | None],
) -> pa.Table:
    checked: list[int | None] = [None] * len(table)
    found: list[int | None] = [None] * len(table)
    operations = table.column("operation").to_pylist()
    for document, (version, of_table, row) in newest.items():
        if of_table != index:
            continue
        checked[row] = checked_ns
        kept = None if operations[row] == "delete" else version
        found[row] = lost.get(document, kept)
    for name, values in (("checked_ns", checked), ("found_version", found)):
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values, pa.int64()))
    return table


def _replace(file: Path, table: pa.Table) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        pq.write_table(table, temporary, compression="zstd")
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)

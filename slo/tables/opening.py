"""Opening somebody's files as one table, in place."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from evidence.errors import InvalidFile, Problem
from slo.ladder import literal
from slo.sql import query
from slo.tables.mapping import TableMapping

_CSV = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".csv.zst", ".tsv.zst")
_PARQUET = (".parquet", ".pq")
_REMOTE = ("s3://", "gs://", "gcs://", "r2://", "http://", "https://", "azure://", "hf://")


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """A table whose rows are in the view `table_rows`."""

    where: Path
    """What people called it, for errors."""
    types: dict[str, str]
    """DuckDB's type of each column. Everything in CSV is text here: what it means is said, not guessed."""
    lacking: Mapping[str, str]
    """Of each column that not every file has, one file without it."""
    files: tuple[str, ...]
    """In the order of their rows."""
    reading: str
    """SQL of the rows of `$files`."""


def open_table(
    connection: duckdb.DuckDBPyConnection, sources: tuple[str, ...], mapping: TableMapping
) -> OpenedTable:
    """Create the view `table_rows` over all `sources`. Raises InvalidFile."""
    where = Path(sources[0]) if len(sources) == 1 else Path(", ".join(sources))
    kinds = {_kind(source) for source in sources}
    if len(kinds) != 1:
        raise _refused(where, "", "CSV and Parquet together", "must be files of one kind")
    (kind,) = kinds
    files = files_of(sources)
    if any(file.startswith(_REMOTE) for file in files):
        _load_httpfs(connection, where, files)
    try:
        delimiter = _delimiter(files[0], mapping)
        if kind == "csv":
            for file in files:
                _check_header(file, delimiter)
        text = query(f"table_{kind}", {"$delimiter": literal(delimiter)})
        relation = connection.sql(text.replace("$files", _literals(files)))
        relation.create_view("table_rows")
        lacking = _lacking(connection, text, files, relation.columns)
    except duckdb.Error as error:
        if kind == "csv":
            _check_lines(files, delimiter)
        raise _unreadable(where, error, kind) from error
    types = {str(name): str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}
    return OpenedTable(where, types, lacking, tuple(files), text)


def files_of(sources: Sequence[str]) -> list[str]:
    """The files of paths, globs and addresses; DuckDB expands those of object storage. Raises InvalidFile
    for a source without any, and for a file that is named twice: its requests would count twice.
    """
    files: dict[str, str] = {}
    for source in sources:
        for file in _expanded(source):
            key = file if file.startswith(_REMOTE) else str(Path(file).resolve())
            if key in files:
                allowed = f"is named twice, as {files[key]} too: its requests would count twice; name it once"
                raise _refused(Path(file), "", file, allowed)
            files[key] = file
    return list(files.values())


def row_of(connection: duckdb.DuckDBPyConnection, table: OpenedTable, row: int) -> str:
    """Where the row of this number, from 1, is: in which file, where there are several, and in it which row
    (a header counts as none). Raises duckdb.Error."""
    if len(table.files) == 1:
        return f"row {row:,}"
    for file in table.files:
        counted = connection.sql(table.reading.replace("$files", _literals([file]))).count("*")
        ((rows,),) = counted.fetchall()
        if row <= rows:
            break
        row -= rows
    return f"{file}, row {row:,}"


def _lacking(
    connection: duckdb.DuckDBPyConnection, text: str, files: list[str], columns: list[str]
) -> dict[str, str]:
    """Where columns are joined by name, what one file lacks would be empty in its rows."""
    lacking: dict[str, str] = {}
    for file in files if len(files) > 1 else ():
        there = set(connection.sql(text.replace("$files", _literals([file]))).columns)
        lacking.update({name: file for name in columns if name not in there and name not in lacking})
    return lacking


def reading_failed(where: Path, error: duckdb.Error) -> InvalidFile:
    """What was found wrong only while rows were read: DuckDB reads late."""
    return _unreadable(where, error, "csv")


def _literals(values: list[str]) -> str:
    """A view cannot have parameters: its text holds what it reads. The reader expands what looks like a glob,
    so that a file whose name does would be another one."""
    return "[" + ", ".join(literal(one if one.startswith(_REMOTE) else _plain(one)) for one in values) + "]"


def _plain(file: str) -> str:
    """A file's name as a glob that finds only it."""
    return re.sub(r"[\[*?]", r"[\g<0>]", file)


def _kind(source: str) -> str:
    name = (source.partition("?")[0] if source.startswith(_REMOTE) else source).lower()
    if name.endswith(_CSV):
        return "csv"
    if name.endswith(_PARQUET):
        return "parquet"
    allowed = (
        f"must end in one of {', '.join((*_CSV, *_PARQUET))}; logs and results of tools: stormproof import"
    )
    raise _refused(Path(source), "", Path(source).suffix or "no suffix", allowed)


def _expanded(source: str) -> list[str]:
    """A glob's files; an address as it is (DuckDB expands those of object storage)."""
    if source.startswith(_REMOTE):
        return [source]
    path = Path(source)
    if path.is_file():
        return [source]
    found = sorted(str(one) for one in Path(path.anchor or ".").glob(str(path.relative_to(path.anchor))))
    if not found:
        raise _refused(
            path, "", "no such file", "must be the path of a readable file, or a glob that finds some"
        )
    return found


def _delimiter(file: str, mapping: TableMapping) -> str:
    if mapping.delimiter is not None:
        return mapping.delimiter
    return "\t" if ".tsv" in file.lower() else ","


def _csv_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Of a local file, each with the line on which it begins. Raises InvalidFile."""
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as lines:
            rows, begins = csv.reader(lines, delimiter=delimiter), 1
            for row in rows:
                yield begins, row
                begins = rows.line_num + 1
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise _refused(path, "", str(error), "must be a whole and readable UTF-8 file") from error


def _is_local(file: str) -> bool:
    """Whether we can look into it ourselves: remote files, and those that zstd compressed, are trusted."""
    return not file.startswith(_REMOTE) and not file.lower().endswith(".zst")


def _check_lines(files: list[str], delimiter: str) -> None:
    """The first line with more or fewer values than its header: what DuckDB, where it happens early, does not
    tell. Raises InvalidFile."""
    for file in filter(_is_local, files):
        path = Path(file)
        rows = _csv_rows(path, delimiter)
        _, header = next(rows, (1, []))
        for line, row in rows:
            if row and len(row) != len(header):
                told = f"{len(row)} value{'' if len(row) == 1 else 's'}"
                raise _refused(path, f"line {line}", told, f"must be {len(header)}, as in the header")


def _check_header(file: str, delimiter: str) -> None:
    """Two columns of one name: which one is meant, nobody can tell."""
    if not _is_local(file):
        return
    path = Path(file)
    _, header = next(_csv_rows(path, delimiter), (1, []))
    if not header:
        raise _refused(path, "", "empty", "must have a header line that names its columns")
    for name in header:
        if header.count(name) > 1:
            raise _refused(path, "header", repr(name), "each column needs a name of its own")
    if len(header) == 1:
        other = next((one for one in ";\t|" if one in header[0]), None)
        if other is not None:
            allowed = f"has one column; say --setting 'delimiter={other}' if {other!r} separates them"
            raise _refused(path, "header", repr(header[0][:60]), allowed)


def _load_httpfs(connection: duckdb.DuckDBPyConnection, where: Path, files: list[str]) -> None:
    try:
        connection.execute("INSTALL httpfs")
        connection.execute("LOAD httpfs")
    except duckdb.Error as error:
        allowed = "addresses need DuckDB's httpfs extension, which could not be had: see duckdb.org/docs"
        raise _refused(where, files[0], str(error).splitlines()[0], allowed) from error
    if any(file.startswith("s3://") for file in files):
        # A public bucket needs no credentials; of one that does, reading tells that they are missing.
        with suppress(duckdb.Error):
            connection.execute("INSTALL aws")
            connection.execute("LOAD aws")
            connection.execute("CREATE SECRET (TYPE s3, PROVIDER credential_chain)")


def _unreadable(where: Path, error: duckdb.Error, kind: str) -> InvalidFile:
    lines = [line for line in str(error).splitlines() if line.strip()]
    told = " ".join(lines[:3])[:300]
    name = (
        "CSV with as many values in each line as its header has" if kind == "csv" else "whole Parquet files"
    )
    return _refused(where, "", told, f"must be {name}")


def _refused(where: Path, place: str, value: str, allowed: str) -> InvalidFile:
    return InvalidFile(where, (Problem(place, value, allowed),), "Nothing was judged.")

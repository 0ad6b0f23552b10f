"""The timestamps of a file: one a line, a column of a CSV file or a field of a JSONL file."""

import csv
import hashlib
import json
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evidence.errors import InvalidFile, Problem
from loadtests.arrivals.curve import Instants
from loadtests.arrivals.timestamps import ALLOWED, TimestampForm, form_of, timestamp_reader

_MOST_PROBLEMS = 5
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class RecordingFormat:
    """How the timestamps are written."""

    column: str | None = None
    """Of a CSV file with a header."""
    field: str | None = None
    """Of the JSON object in each line."""
    form: TimestampForm | None = None
    """None: the form of the first one tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a file held."""

    offsets_ns: Instants
    """From the earliest one on, in time order; at least one."""
    sha256: str
    """Of the file."""
    was_in_order: bool


def read_recording(file: Path, written: RecordingFormat) -> Recording:
    """Raises InvalidFile, which names the lines; OSError when there is no such file."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        texts = _texts(_lines(stream, digest.update), file, written)
        instants = np.array(_instants_ns(texts, file, written.form), dtype=np.int64)
    was_in_order = bool((np.diff(instants) >= 0).all())
    if not was_in_order:
        instants.sort()
    return Recording(instants - instants[0], digest.hexdigest(), was_in_order)


def _lines(stream: Iterable[bytes], note: Callable[[bytes], None]) -> Iterator[str]:
    for line in stream:
        note(line)
        # What is no text at all becomes a value that is no timestamp, and so is named with its line.
        yield line.decode("utf-8-sig", "replace")


def _texts(lines: Iterator[str], file: Path, written: RecordingFormat) -> Iterator[tuple[int, str]]:
    """Each timestamp with the number of its line."""
    if written.column is not None:
        return _column(lines, file, written.column)
    if written.field is not None:
        return _fields(lines, written.field)
    return ((number, line.strip()) for number, line in enumerate(lines, 1) if line.strip())


def _column(lines: Iterator[str], file: Path, column: str) -> Iterator[tuple[int, str]]:
    rows = csv.DictReader(lines)
    try:
        if column not in (rows.fieldnames or ()):
            names = ", ".join(rows.fieldnames or ()) or "none: the file is empty"
            problem = Problem("line 1", names[:_LONGEST_VALUE], f"must have a column {column}")
            raise InvalidFile(file, (problem,), "Name one of its columns as column of the profile.")
        for row in rows:
            yield rows.line_num, (row[column] or "").strip()
    except csv.Error as error:
        problem = Problem(f"line {rows.reader.line_num}", str(error), "must be CSV as RFC 4180 has it")
        raise InvalidFile(file, (problem,), "Mend the file and try again.") from error


def _fields(lines: Iterator[str], field: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            # As written: a float would round an epoch in nanoseconds.
            content: object = json.loads(line, parse_float=str, parse_int=str)
        except ValueError:
            yield number, line.strip()
            continue
        value = content.get(field) if isinstance(content, dict) else content
        yield number, value.strip() if isinstance(value, str) else json.dumps(value)


def _instants_ns(texts: Iterator[tuple[int, str]], file: Path, form: TimestampForm | None) -> "array[int]":
    instants_ns = array("q")
    problems: list[Problem] = []
    read_ns = None if form is None else timestamp_reader(form)
    for line, text in texts:
        if read_ns is None:
            form = form_of(text)
            read_ns = timestamp_reader(form)
        try:
            instants_ns.append(read_ns(text))
        except ValueError:
            problems.append(Problem(f"line {line}", repr(text)[:_LONGEST_VALUE], f"{ALLOWED}; here {form}"))
            if len(problems) == _MOST_PROBLEMS:
                break
    if not problems and not instants_ns:
        problems.append(Problem("", "no timestamp", "must have at least one"))
    if problems:
        next_step = "Mend the file, or say in the profile what it holds: column, field, unit."
        raise InvalidFile(file, tuple(problems), next_step)
    return instants_ns

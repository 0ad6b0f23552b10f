"""A format: how it is recognised, how it is read, what its clock means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from evidence.importing.account import Account
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.judgement import StatusSet
from evidence.importing.source_file import SourceFile
from evidence.request_record import LatencyClock


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What only whoever imports can say of a file."""

    zone: tzinfo | None = None
    """Of instants that name none."""
    expected: StatusSet | None = None
    log_format: str | None = None
    """How an access log is written."""
    unit_ns: int | None = None
    """Of the values in a histogram."""
    clock: LatencyClock | None = None
    """What the values in a histogram count from."""
    started_at_ns: int | None = None
    """Of results that do not say when they were made."""
    assume_answered: bool | None = None
    """That what a histogram counted was answered well: it does not say it itself."""


ANY_FORMAT = frozenset({"expected"})
"""Options of ReadOptions that each format with statuses understands."""


@dataclass(frozen=True, slots=True)
class Format:
    """One form of one tool's results."""

    name: str
    family: str
    """The tool; its formats are told apart by their content."""
    title: str
    latency: str
    """What its latency counts from."""
    recognises: Callable[[bytes], bool]
    """By the first bytes of a file."""
    read: Callable[[SourceFile, ReadOptions, Account], Iterator[ForeignRequest]]
    options: frozenset[str] = ANY_FORMAT
    """Fields of ReadOptions that it understands; another that is set is an error."""


def first_line(head: bytes) -> str:
    """The first line that is not empty, as text."""
    for line in head.split(b"\n"):
        if line.strip():
            return line.decode("utf-8", "replace").strip("\r")
    return ""

"""Going through a file line by line or row by row, with an account of each."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.source_file import MOST_LINE_BYTES, Line, SourceFile

EMPTY = "empty lines"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A line that is about something else."""

    what: str


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a CSV file; quoted fields may span lines."""

    number: int
    """Of its first line."""
    lines: int
    fields: tuple[str, ...]
    ended: bool
    problem: BadValue | None = None
    """Why it could not be read as CSV."""

    @property
    def where(self) -> str:
        """Where it stands, in a message."""
        return f"line {self.number}"


def read_lines[T](
    source: SourceFile,
    account: Account,
    parse: Callable[[Line], T | PassedOver],
    *,
    self_delimiting: bool = False,
) -> Iterator[T]:
    """What `parse` makes of each line. A line for which it raises BadValue is refused.

    A last line without a line end may lack the end of a number, so it is taken only where the form of a line
    itself tells that it is whole (`self_delimiting`).
    """
    for line in source.lines():
        if not line.data.strip():
            account.pass_over(EMPTY)
            continue
        if not line.ended and not self_delimiting:
            account.cut_off()
            continue
        try:
            found = parse(line)
        except BadValue as error:
            if line.ended:
                account.refuse(line.where, error)
            else:
                account.cut_off()
            continue
        if isinstance(found, PassedOver):
            account.pass_over(found.what)
        else:
            account.use()
            yield found


def read_rows[T](
    rows: Iterator[Row], account: Account, parse: Callable[[Row], T | PassedOver]
) -> Iterator[T]:
    """What `parse` makes of each row. A row for which it raises BadValue is refused."""
    for row in rows:
        if not row.ended:
            account.cut_off(row.lines)
            continue
        try:
            if row.problem is not None:
                raise row.problem
            found = parse(row)
        except BadValue as error:
            account.refuse(row.where, error, row.lines)
            continue
        if isinstance(found, PassedOver):
            account.pass_over(found.what, row.lines)
        else:
            account.use(row.lines)
            yield found


def csv_rows(source: SourceFile, delimiter: str = ",") -> Iterator[Row]:
    """The rows of a CSV file; empty lines are rows without fields."""
    csv.field_size_limit(MOST_LINE_BYTES)
    taken: list[Line] = []

    def texts() -> Iterator[str]:
        for line in source.lines():
            taken.append(line)
            yield f"{line.text}\n"

    reader = csv.reader(texts(), delimiter=delimiter)
    while True:
        taken.clear()
        fields: tuple[str, ...] = ()
        problem = None
        try:
            fields = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            problem = BadValue("", shortened(taken[0].text), f"must be CSV: {error}")
        yield Row(taken[0].number, len(taken), fields, taken[-1].ended, problem)


def header_indices(header: Row) -> dict[str, int]:
    """Where each named column stands."""
    return {name.strip(): index for index, name in enumerate(header.fields)}


def field_at(row: Row, columns: dict[str, int], name: str) -> str:
    """A column of a row. Raises BadValue where the row is too short."""
    index = columns[name]
    if index >= len(row.fields):
        allowed = f"must have {len(columns)} columns, has {len(row.fields)}"
        raise BadValue(name, "missing", allowed)
    return row.fields[index]

"""Locust: the counts over time of `--csv`, best with `--csv-full-history`. It keeps no single requests."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.instants import epoch_ns
from evidence.importing.reading import Row, csv_rows, field_at, header_indices
from evidence.importing.source_file import SourceFile
from evidence.importing.spreading import spread
from evidence.request_record import Outcome

LATENCY = (
    "nothing: Locust's CSV keeps percentiles of ten seconds and of the whole run, not how long each request "
    "took, so the requests have no latency"
)
_HEADER = "Timestamp,User Count,Type,Name,Requests/s"
_REQUESTS, _FAILURES = "Total Request Count", "Total Failure Count"
_SUM = ("", "Aggregated")
"""Type and name of the sums over all requests."""
_NO_LATENCY = (
    "Locust's CSV holds counts, so each request stands for one counted between two rows, without its "
    "latency; for latencies run the locustfile under stormproof"
)
_SUMS_ONLY = (
    "The history has only the sums over all requests: run Locust with --csv-full-history to tell them apart "
    "by name"
)


@dataclass(frozen=True, slots=True)
class _Totals:
    """What was counted of one name up to a row."""

    requests: int
    failures: int


@dataclass(slots=True)
class _Counted:
    """The rows of one instant, and the totals of the instants before."""

    at_ns: int = 0
    previous_ns: int | None = None
    totals: dict[tuple[str, str], _Totals] = field(default_factory=dict)
    rows: dict[tuple[str, str], _Totals] = field(default_factory=dict)
    summed: bool = False
    """Whether requests were counted by the sums over all names."""


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """A request for each counted one; of rows by name the sums are passed over."""
    del options
    account.remark(_NO_LATENCY)
    counted = _Counted()
    columns: dict[str, int] = {}
    for row in csv_rows(source):
        if not row.ended:
            account.cut_off(row.lines)
        elif row.fields[:1] == ("Timestamp",):
            columns = header_indices(row)
            account.pass_over("headers", row.lines)
        else:
            yield from _taken(row, columns, counted, account)
    yield from _closed(counted, account)


def _taken(
    row: Row, columns: dict[str, int], counted: _Counted, account: Account
) -> Iterator[ForeignRequest]:
    if not row.fields and row.problem is None:
        account.pass_over("empty lines", row.lines)
        return
    try:
        at_ns, name, totals = _totals(row, columns, counted.at_ns)
    except BadValue as error:
        account.refuse(row.where, error, row.lines)
        return
    account.use(row.lines)
    if at_ns > counted.at_ns:
        yield from _closed(counted, account)
        counted.previous_ns, counted.at_ns = counted.at_ns or None, at_ns
    counted.rows[name] = totals


def _totals(row: Row, columns: dict[str, int], earliest_ns: int) -> tuple[int, tuple[str, str], _Totals]:
    if row.problem is not None:
        raise row.problem
    if not columns:
        raise BadValue("", shortened(",".join(row.fields)), f"a header must come first: {_HEADER},…")
    numbers = []
    for name in (_REQUESTS, _FAILURES):
        text = field_at(row, columns, name)
        if not text.isdecimal():
            raise BadValue(name, repr(shortened(text)), "must be a whole number")
        numbers.append(int(text))
    requests, failures = numbers
    if failures > requests:
        raise BadValue(_FAILURES, str(failures), f"must not be over {_REQUESTS}, {requests}")
    at_ns = epoch_ns("Timestamp", field_at(row, columns, "Timestamp"))
    if at_ns < earliest_ns:
        raise BadValue("Timestamp", row.fields[0], "must not be before that of the row above")
    key = (field_at(row, columns, "Type"), field_at(row, columns, "Name"))
    return at_ns, key, _Totals(requests, failures)


def _closed(counted: _Counted, account: Account) -> Iterator[ForeignRequest]:
    """What was counted since the instant before, spread over the time between."""
    names = [name for name in counted.rows if name != _SUM] or list(counted.rows)
    new = [one for name in names for one in _since(name, counted, account)]
    if new and names == [_SUM]:
        counted.summed = True
        account.remark(_SUMS_ONLY)
    elif new and counted.summed:
        raise account.broken(
            "", "sums first, rows by name later", "must be of one run", "Import each run alone."
        )
    counted.rows = {}
    start_ns = counted.at_ns if counted.previous_ns is None else counted.previous_ns
    for at_ns, (method, operation, outcome) in spread(new, start_ns, counted.at_ns - start_ns):
        times = Times.ended(at_ns)
        yield ForeignRequest(
            times.intended_ns,
            times.started_ns,
            times.ended_ns,
            times.clock,
            0,
            outcome,
            name=None if (method, operation) == _SUM else operation,
            method=method or None,
            detail=None if outcome is Outcome.OK else "counted as a failure by Locust",
        )


def _since(
    name: tuple[str, str], counted: _Counted, account: Account
) -> Iterator[tuple[tuple[str, str, Outcome], int]]:
    now, before = counted.rows[name], counted.totals.get(name, _Totals(0, 0))
    counted.totals[name] = now
    if now.requests < before.requests or now.failures < before.failures:
        account.remark(
            "Totals fell: Locust was told to reset its statistics, and they are counted from there on"
        )
        before = _Totals(0, 0)
    failures = now.failures - before.failures
    good = now.requests - before.requests - failures
    if good < 0:  # a request was counted before its failure was
        account.remark(
            "Between two rows more failures than requests were counted: all of them count as failures"
        )
        good = 0
    if good:
        yield (*name, Outcome.OK), good
    if failures:
        yield (*name, Outcome.FAILED), failures


def _recognises(head: bytes) -> bool:
    return first_line(head).startswith(_HEADER)


FORMAT = Format(
    "locust",
    "locust",
    "Locust, …_stats_history.csv of --csv",
    LATENCY,
    _recognises,
    read,
    options=frozenset(),
)

"""The evidence of a run as tables that can be asked: DuckDB on the Parquet files, in place."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
from numpy.typing import NDArray

from evidence.lookup_record import LOOKUPS
from evidence.record_kind import RecordKind
from evidence.record_reader import RecordFiles, record_files
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.run_record import RateLimits, RunRecord
from evidence.sample_record import SAMPLES
from evidence.timeline import FaultWindow, PhaseWindow, fault_windows, phase_windows, read_timeline
from evidence.write_record import WRITES
from slo.ladder import ladder, literal
from slo.sql import query
from slo.windows import Span

WARM_UP = "warm-up"
"""The name of the phase that never counts."""

THREADS = 2
MEMORY_LIMIT = "700MB"
"""Of the database: the process has Python and its libraries besides, and stays within 1 GB."""
_NS_PER_S = 1_000_000_000
_BEGINNING_NS, _END_NS = -(2**63), 2**63 - 1

type Row = tuple[Any, ...]
"""What DuckDB answers with; it never leaves the room untyped."""
type Columns = Mapping[str, NDArray[Any]]
"""The same by column."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run left behind, opened for questions.

    `connection` holds the views `requests` (every recorded request and its `phase`) and `counted` (what
    counts, with `available`, `latency_ns`, `service_ns`), `sampled` (every sample), `self_measured` (what
    workers measured of themselves), `written` (documents of acknowledged writes) and `looked_up` (searches
    for them), and the tables `phases`, `fault_windows`, `strata` and `scheduled`.
    """

    folder: RunFolder
    run: RunRecord
    phases: tuple[PhaseWindow, ...]
    faults: tuple[FaultWindow, ...]
    files: RecordFiles
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """The answer to `sql`."""
        rows: list[Row] = self.connection.execute(sql, parameters or {}).fetchall()
        return rows

    def columns(self, sql: str, parameters: Mapping[str, object] | None = None) -> Columns:
        """The answer to `sql`, a column at a time: for answers of many rows."""
        columns: dict[str, Any] = self.connection.execute(sql, parameters or {}).fetchnumpy()
        return columns


@contextmanager
def open_database(
    *, threads: int = THREADS, memory_limit: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database without a file. What does not fit in its memory waits on disk, in a folder that goes with
    it."""
    with TemporaryDirectory(prefix="stormproof-slo-") as waiting:
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": threads,
            "memory_limit": memory_limit,
            "temp_directory": waiting,
            "preserve_insertion_order": False,  # every query that needs an order says so
        }
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("SET enable_progress_bar = false")  # DuckDB's own would break into ours
            yield connection


@contextmanager
def open_evidence(
    folder: RunFolder, *, threads: int = THREADS, memory_limit: str = MEMORY_LIMIT
) -> Iterator[Evidence]:
    """The evidence in `folder`. Raises InvalidFile for a missing run.json or a file that cannot be read."""
    run = folder.read_run()
    events = read_timeline(folder.timeline_file)
    files = record_files(folder.path, REQUESTS)
    phases, faults = phase_windows(events), fault_windows(events)
    with open_database(threads=threads, memory_limit=memory_limit) as connection:
        create_view(connection, "recorded", files, REQUESTS)
        create_view(connection, "sampled", record_files(folder.path, SAMPLES), SAMPLES)
        create_view(connection, "written", record_files(folder.path, WRITES), WRITES)
        create_view(connection, "looked_up", record_files(folder.path, LOOKUPS), LOOKUPS)
        evidence = Evidence(folder, run, phases, faults, files, connection)
        relate(evidence)
        _tell_span(connection, files)
        yield evidence


def relate(evidence: Evidence) -> None:
    """Make of `recorded` and `sampled`, which the connection has, all that is known beside and of them."""
    connection = evidence.connection
    connection.execute(query("tables"))
    _fill_phases(connection, evidence.phases)
    _fill_faults(connection, evidence.faults)
    connection.execute(query("strata"))
    _fill_scheduled(connection, evidence.run)
    connection.execute(query("requests", {"$phase": _phase(evidence.phases)}))
    connection.execute(query("self_measured"))
    _replay_limits(connection, evidence.run.rate_limits)
    connection.execute(query("counted", {"$warm_up": _warm_up(evidence.phases)}))


def experiment_name(written: str) -> str:
    """The name of an experiment that is written as a name or as the path of its file."""
    path = Path(written)
    return path.stem if path.suffix in {".yaml", ".yml", ".json"} else path.name


def cause_of(fault: FaultWindow) -> str:
    """What people call it."""
    return cause_name(fault.name, fault.target, fault.experiment)


def cause_name(fault: str, target: str | None, experiment: str | None) -> str:
    """What people call a fault: its experiment's name, else the fault and what it broke.

    To users the faults of one experiment (both Redis servers gone) are one cause.
    """
    if experiment is not None:
        return experiment_name(experiment)
    return fault if target is None else f"{fault} of {target}"


def create_view[T](
    connection: duckdb.DuckDBPyConnection, name: str, files: RecordFiles, kind: RecordKind[T]
) -> None:
    """Let the connection see records by this name."""
    if files.parquet:
        connection.read_parquet([str(path) for path in files.parquet]).create_view(name)
    else:
        # An empty table of Arrow would do, and take half a second: making one imports pandas.
        connection.from_arrow(pa.RecordBatchReader.from_batches(kind.schema, [])).create(name)


def _tell_span(connection: duckdb.DuckDBPyConnection, files: RecordFiles) -> None:
    """When requests were intended, as the description of each file says: of several at once DuckDB reads
    all."""
    if files.parquet:
        each = " UNION ALL ".join(
            query("recorded_span_of_file", {"$file": literal(str(path))}) for path in files.parquet
        )
        connection.execute(query("recorded_span_of_files", {"$each": each}))


def _fill_phases(connection: duckdb.DuckDBPyConnection, phases: tuple[PhaseWindow, ...]) -> None:
    for position, (name, span) in enumerate(_spans(phases)):
        connection.execute(
            "INSERT INTO phases VALUES (?, ?, ?, ?)", [position, name, span.start_ns, span.end_ns]
        )


def _spans(phases: tuple[PhaseWindow, ...]) -> Iterator[tuple[str, Span]]:
    for position, phase in enumerate(phases):
        # What comes before a warm-up is no less warm-up: the walk may tell of its start a moment late.
        early = position == 0 and phase.name == WARM_UP
        end_ns = _END_NS if phase.end_ns is None else phase.end_ns
        yield phase.name, Span(_BEGINNING_NS if early else phase.start_ns, end_ns)


def _phase(phases: tuple[PhaseWindow, ...]) -> str:
    """SQL: the phase that `intended_ns` is in, the last that began; null between phases."""
    steps = ((at_ns, "NULL" if name is None else literal(name)) for at_ns, name in _phase_steps(phases))
    return ladder("recorded.intended_ns", steps, "NULL")


def _warm_up(phases: tuple[PhaseWindow, ...]) -> str:
    """SQL: whether that is the warm-up. Every question asks it of every request, so its ladder has no other
    steps."""
    steps = ((at_ns, name == WARM_UP) for at_ns, name in _phase_steps(phases))
    changes = (next(same) for _, same in groupby(steps, key=itemgetter(1)))
    return ladder("intended_ns", ((at_ns, str(warm).lower()) for at_ns, warm in changes), "false")


def _phase_steps(phases: tuple[PhaseWindow, ...]) -> list[tuple[int, str | None]]:
    """From when on which phase it is, in order; None for none."""
    steps: list[tuple[int, str | None]] = []
    for name, span in sorted(_spans(phases), key=lambda one: one[1].start_ns):
        while steps and steps[-1][0] >= span.start_ns:
            steps.pop()
        steps.extend(((span.start_ns, name), (span.end_ns, None)))
    return steps


def _fill_faults(connection: duckdb.DuckDBPyConnection, faults: tuple[FaultWindow, ...]) -> None:
    for position, fault in enumerate(faults):
        # A fault whose injecting was never told is there from its first told step on.
        begun_ns = next((at for at in _steps_ns(fault) if at is not None), None)
        if begun_ns is not None:
            gone_ns = _END_NS if fault.heal_verified_ns is None else fault.heal_verified_ns
            connection.execute(
                "INSERT INTO fault_windows VALUES (?, ?, ?, ?, ?)",
                [position, cause_of(fault), fault.id, begun_ns, gone_ns],
            )


def _fill_scheduled(connection: duckdb.DuckDBPyConnection, run: RunRecord) -> None:
    for one in run.scheduled:
        connection.execute("INSERT INTO scheduled VALUES (?, ?)", [one.worker, one.arrivals])


def _steps_ns(fault: FaultWindow) -> tuple[int | None, ...]:
    return (fault.injecting_ns, fault.injected_ns, fault.verified_ns, fault.healing_ns, fault.healed_ns)


def _replay_limits(connection: duckdb.DuckDBPyConnection, limits: RateLimits | None) -> None:
    for tier, operations in (limits.tiers if limits else {}).items():
        for operation, limit in operations.items():
            capacity = limit + (limits.burst if limits else 0)
            connection.execute("INSERT INTO limits VALUES (?, ?, ?)", [tier, operation, capacity])
    window_ns = round(limits.window_s * _NS_PER_S) if limits else 0
    refused = connection.execute("SELECT 1 FROM recorded WHERE outcome = 'rejected' LIMIT 1").fetchone()
    if limits is None or refused is None:  # the replay reads all requests several times
        connection.execute(query("none_above_limit"))
    else:
        connection.execute(query("above_limit"), {"window_ns": window_ns})

"""Looking at a run while it goes on: what its evidence says so far, by bounds that hold at every look.

Records come in the order in which requests end, so that the slow ones are missing at first. Judged is what
was intended before the first arrival that has no record yet: of that, nothing is missing. What follows an
arrival in its session counts once it is recorded.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from evidence.lookup_record import LOOKUPS
from evidence.record_reader import RecordFiles, record_files, records_so_far
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from evidence.sample_record import SAMPLES
from evidence.timeline import fault_windows, phase_windows, read_timeline
from evidence.verdict_record import Validity, ValidityCheck, VerdictRecord
from evidence.write_record import WRITES
from slo.evaluate import Demands, check_demands, verdict_of
from slo.evidence_view import Evidence, create_view, open_database, relate
from slo.inference.any_time import AnyTime
from slo.objective import Objective
from slo.sql import query
from slo.validity.judge import check_so_far

_BEAT_S = 1.0
"""What a worker records beside a request is on disk half a second later (loadtests.generator.pulse)."""
_STARTING_NS = 30 * 1_000_000_000
"""How long a generator may take until it writes."""
_BEGINNING_NS = -(2**63)
_NS_PER_S = 1_000_000_000


def goes_on(folder: RunFolder, now_ns: int) -> bool:
    """Whether somebody still writes the run's evidence, or is about to. Raises InvalidFile."""
    run = folder.read_run()
    if run.ended_ns is not None or run.imported is not None:
        return False
    requests = record_files(folder.path, REQUESTS)
    if requests.being_written or record_files(folder.path, SAMPLES).being_written:
        return True
    return not requests.parquet and now_ns - run.started_ns < _STARTING_NS


def look(
    folder: RunFolder, objectives: tuple[Objective, ...], demands: Demands, pause: Callable[[float], None]
) -> VerdictRecord:
    """What the evidence of a run that goes on says so far. Writes nothing into the run.

    `pause` lets seconds pass. `demands` must ask AnyTime: other bounds are wrong more often, the more often
    one looks. Raises TypeError for another question, UnknownDemand, and InvalidFile.
    """
    if not isinstance(demands.question, AnyTime):
        raise TypeError("a run that goes on is judged by bounds that hold at every look")
    check_demands(objectives, demands)
    with open_so_far(folder, pause) as (evidence, horizon_ns):
        checks = (_so_far(evidence, horizon_ns), *check_so_far(evidence))
        validity = Validity(valid=all(check.held for check in checks), checks=checks)
        return verdict_of(evidence, validity, objectives, demands)


@dataclass(frozen=True, slots=True)
class _Files:
    requests: RecordFiles
    samples: RecordFiles
    writes: RecordFiles
    lookups: RecordFiles


@contextmanager
def open_so_far(folder: RunFolder, pause: Callable[[float], None]) -> Iterator[tuple[Evidence, int | None]]:
    """The evidence of a run that goes on, or was cut: what was intended before an instant, of which nothing
    is missing; None instead of that instant where there is no such thing yet.

    `pause` lets seconds pass. Raises InvalidFile.
    """
    run = folder.read_run()
    with TemporaryDirectory(prefix="stormproof-look-") as place, open_database(threads=1) as connection:
        files = _files_so_far(folder.path, Path(place), pause)
        events = read_timeline(folder.timeline_file)
        create_view(connection, "so_far", files.requests, REQUESTS)
        horizon_ns = _horizon_ns(connection, run)
        connection.execute(
            f"CREATE VIEW recorded AS FROM so_far WHERE intended_ns < {horizon_ns or _BEGINNING_NS}"
        )
        create_view(connection, "sampled", files.samples, SAMPLES)
        create_view(connection, "written_so_far", files.writes, WRITES)
        connection.execute(
            "CREATE VIEW written AS FROM written_so_far SEMI JOIN recorded USING (worker, sequence)"
        )
        create_view(connection, "looked_up_so_far", files.lookups, LOOKUPS)
        connection.execute(
            "CREATE VIEW looked_up AS FROM looked_up_so_far SEMI JOIN recorded USING (worker, sequence)"
        )
        phases, faults = phase_windows(events), fault_windows(events)
        evidence = Evidence(folder, run, phases, faults, files.requests, connection)
        relate(evidence)
        yield evidence, horizon_ns


def _files_so_far(run_dir: Path, into: Path, pause: Callable[[float], None]) -> _Files:
    requests = records_so_far(run_dir, REQUESTS, into)
    pause(_BEAT_S)
    return _Files(
        requests,
        records_so_far(run_dir, SAMPLES, into),
        records_so_far(run_dir, WRITES, into),
        records_so_far(run_dir, LOOKUPS, into),
    )


def _horizon_ns(connection: duckdb.DuckDBPyConnection, run: RunRecord) -> int | None:
    """What was intended before it is complete; None where nothing is yet."""
    connection.execute("CREATE TABLE promised (worker VARCHAR)")
    for one in run.scheduled:
        if one.arrivals:
            connection.execute("INSERT INTO promised VALUES (?)", [one.worker])
    (workers, begun, at_ns) = connection.execute(query("horizon")).fetchall()[0]
    if workers and begun == workers:
        return int(at_ns)
    return None if workers else _latest_ns(connection)


def _latest_ns(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Without a schedule nobody knows what is missing: all that is recorded."""
    ((at_ns,),) = connection.execute("SELECT max(intended_ns) + 1 FROM so_far").fetchall()
    return None if at_ns is None else int(at_ns)


def _so_far(evidence: Evidence, horizon_ns: int | None) -> ValidityCheck:
    ((judged,),) = evidence.rows("SELECT count(*) FROM recorded")
    reason = "the run goes on, and has no records yet"
    if horizon_ns is not None:
        start_ns = evidence.run.load_start_ns or evidence.run.started_ns
        after_s = max(0.0, (horizon_ns - start_ns) / _NS_PER_S)
        reason = f"the run goes on: judged are the {judged:,} requests of its first {after_s:.1f} s"
    return ValidityCheck("run-goes-on", float(judged), None, held=True, reason=reason)

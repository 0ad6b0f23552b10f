"""A run that meets its objectives, its evidence broken as files break: none is met by accident."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from evidence.documents import replace_file
from evidence.errors import InvalidFile
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES
from evidence.verdict_record import Verdict
from slo.evaluate import Demands, evaluate
from slo.objective import read_objectives
from slo.objectives import SHIPPED_OBJECTIVES
from slo.promise import Indicator, Objective
from tests.slo.runs import S, fault, phase, request, run_record, steady, write_run

HOUR_NS = 3600 * S
OBJECTIVES = (
    Objective("available", "search", Indicator.AVAILABILITY, 0.95),
    Objective("fast", "search", Indicator.LATENCY, 0.95, threshold_ms=200),
)
DEMANDS = Demands(frozenset({"available", "fast"}), expected_experiments=("postgres-down",))


def whole(tmp_path: Path, latency_ms: float = 50) -> RunFolder:
    """A sound run, its records already compacted."""
    events = [
        *phase("warm-up", 0, 1),
        *phase("baseline", 1, 2),
        *fault("refused", (1, 1.1, 1.2, 1.8, 1.9, 2), experiment="postgres-down"),
    ]
    records = [request(n, n * 10, latency_ms) for n in range(200)]
    folder = write_run(tmp_path, records, events, run_record(records))
    record_files(folder.path, REQUESTS)
    return folder


def verdict(folder: RunFolder) -> Verdict | None:
    """None for an error that names the file."""
    try:
        return evaluate(folder, OBJECTIVES, DEMANDS).verdict
    except InvalidFile as error:
        assert str(folder.path) in str(error)
        return None


def requests_file(folder: RunFolder) -> Path:
    (file,) = (folder.path / "requests").glob("*.parquet")
    return file


def of_table(change: Callable[[pa.Table], pa.Table]) -> Callable[[RunFolder], None]:
    def rewrite(folder: RunFolder) -> None:
        file = requests_file(folder)
        table = pq.read_table(file)
        pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), file)

    return rewrite


def of_column(name: str, change: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> Callable[[RunFolder], None]:
    def replaced(table: pa.Table) -> pa.Table:
        position = table.schema.get_field_index(name)
        values = change(table.column(name))
        return table.set_column(position, pa.field(name, values.type), values)

    return of_table(replaced)


def swapped(one: str, other: str) -> Callable[[RunFolder], None]:
    names = {one: other, other: one}
    return of_table(
        lambda table: table.rename_columns([names.get(name, name) for name in table.column_names])
    )


def shifted(*columns: str, by_ns: int) -> Callable[[RunFolder], None]:
    def shift(folder: RunFolder) -> None:
        for name in columns:
            of_column(name, lambda values: pc.add(values, by_ns))(folder)

    return shift


def truncated(file: Callable[[RunFolder], Path], share: float) -> Callable[[RunFolder], None]:
    return lambda folder: os.truncate(file(folder), int(file(folder).stat().st_size * share))


def of_run(**changed: object) -> Callable[[RunFolder], None]:
    def rewrite(folder: RunFolder) -> None:
        content = json.loads(folder.run_file.read_text())
        folder.run_file.write_text(json.dumps({**content, **changed}))

    return rewrite


def without(*texts: str) -> Callable[[RunFolder], None]:
    """Lines of the timeline that have any of these are gone."""

    def rewrite(folder: RunFolder) -> None:
        lines = folder.timeline_file.read_text().splitlines(keepends=True)
        folder.timeline_file.write_text(
            "".join(line for line in lines if not any(text in line for text in texts))
        )

    return rewrite


def of_samples(change: Callable[[pa.Table], pa.Table]) -> Callable[[RunFolder], None]:
    def rewrite(folder: RunFolder) -> None:
        record_files(folder.path, SAMPLES)
        for file in (folder.path / "samples").glob("*.parquet"):
            table = pq.read_table(file)
            pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), file)

    return rewrite


def with_readings(table: pa.Table, values: list[float]) -> pa.Table:
    position = table.schema.get_field_index("value")
    return table.set_column(position, table.schema.field("value"), pa.chunked_array([pa.array(values)]))


def in_zone(hours: int) -> Callable[[RunFolder], None]:
    """The records of a worker whose clock was local time."""
    return shifted(*INSTANTS, by_ns=hours * HOUR_NS)


INSTANTS = ("intended_ns", "started_ns", "ended_ns")
BREAKING: dict[str, Callable[[RunFolder], None]] = {
    "no run.json": lambda folder: folder.run_file.unlink(),
    "no timeline": lambda folder: folder.timeline_file.unlink(),
    "no requests": lambda folder: requests_file(folder).unlink(),
    "no samples": lambda folder: shutil.rmtree(folder.path / "samples"),
    "run.json cut": truncated(lambda folder: folder.run_file, 0.5),
    "requests cut": truncated(requests_file, 0.9),
    "requests empty": truncated(requests_file, 0.0),
    "run.json of another schema": of_run(schema=99),
    "fewer arrivals than records": of_run(scheduled=[{"worker": "worker-0", "arrivals": 150}]),
    "more arrivals than records": of_run(scheduled=[{"worker": "worker-0", "arrivals": 201}]),
    "nothing scheduled": of_run(scheduled=[]),
    "a run that never ended": of_run(ended_ns=None),
    "rows lost in the middle": of_table(
        lambda table: pa.concat_tables([table.slice(0, 90), table.slice(100)])
    ),
    "rows lost at the end": of_table(lambda table: table.slice(0, 150)),
    "every row twice": of_table(lambda table: pa.concat_tables([table, table])),
    "one row twice": of_table(lambda table: pa.concat_tables([table, table.slice(7, 1)])),
    "no rows": of_table(lambda table: table.slice(0, 0)),
    "started and ended swapped": swapped("started_ns", "ended_ns"),
    "intended and ended swapped": swapped("intended_ns", "ended_ns"),
    "outcome and clock swapped": swapped("outcome", "clock"),
    "outcome and operation swapped": swapped("outcome", "operation"),
    "a column is gone": of_table(lambda table: table.drop_columns(["outcome"])),
    "ends are gone": of_column(
        "ended_ns", lambda values: pa.chunked_array([pa.nulls(len(values), pa.int64())])
    ),
    "ends before they began": shifted("ended_ns", by_ns=-S),
    "clock an hour ahead": shifted(*INSTANTS, by_ns=HOUR_NS),
    "clock an hour behind": shifted(*INSTANTS, by_ns=-HOUR_NS),
    "the zone of Berlin": in_zone(1),
    "the zone of Kolkata": shifted(*INSTANTS, by_ns=HOUR_NS * 11 // 2),
    "the zone of New York": in_zone(-5),
    "half of the records in another zone": of_table(
        lambda table: pa.concat_tables(
            [
                table.slice(0, 100),
                table.slice(100).set_column(
                    table.schema.get_field_index("intended_ns"),
                    table.schema.field("intended_ns"),
                    pc.add(table.slice(100).column("intended_ns"), HOUR_NS),
                ),
            ]
        )
    ),
    "one request of the future": of_column(
        "ended_ns",
        lambda values: pa.chunked_array(
            [pa.array([values[0].as_py() + 24 * HOUR_NS, *values.to_pylist()[1:]])]
        ),
    ),
    "a fault of the future": lambda folder: replace_file(
        folder.timeline_file, folder.timeline_file.read_bytes().replace(b"1800000001", b"1900000001")
    ),
    "readings are NaN": of_samples(lambda table: with_readings(table, [float("nan")] * len(table))),
    "one reading is NaN": of_samples(
        lambda table: with_readings(table, [*table.column("value").to_pylist()[:-1], float("nan")])
    ),
    "readings are infinite": of_samples(lambda table: with_readings(table, [float("inf")] * len(table))),
    "readings are of another worker": of_samples(lambda table: table.slice(0, 0)),
    "a year ahead": shifted(*INSTANTS, by_ns=365 * 24 * HOUR_NS),
    "instants in microseconds": of_column("intended_ns", lambda values: pc.divide(values, 1000)),
    "all was warm-up": without("baseline", '"ended"'),
    "the fault was never verified": without('"verified"'),
    "the fault never healed": without('"heal_verified"'),
    "the fault is gone": without('"fault"'),
    "timeline of nonsense": lambda folder: replace_file(folder.timeline_file, b"{}\n"),
}


@pytest.mark.parametrize("name", BREAKING)
def test_broken_evidence_is_never_met(tmp_path: Path, name: str) -> None:
    folder = whole(tmp_path)
    BREAKING[name](folder)
    assert verdict(folder) is not Verdict.MET


@pytest.mark.parametrize("latency_ms", [0.001, 1, 10])
def test_intended_and_ended_swapped_is_told_at_any_latency(tmp_path: Path, latency_ms: float) -> None:
    folder = whole(tmp_path, latency_ms)
    assert verdict(folder) is Verdict.MET
    swapped("intended_ns", "ended_ns")(folder)
    assert verdict(folder) is Verdict.INVALID


@pytest.mark.parametrize(
    "target", ["target: 95", "targetPercent: 0.95", "targetPercent: 9500", "target: .nan"]
)
def test_percent_against_ratio_is_refused(tmp_path: Path, target: str) -> None:
    text = (SHIPPED_OBJECTIVES / "availability-enterprise.yaml").read_text()
    file = tmp_path / "slo.yaml"
    file.write_text(text.replace("target: 0.9995", target))
    with pytest.raises(InvalidFile, match="target"):
        read_objectives(file)


def test_whole_evidence_is_met(tmp_path: Path) -> None:
    assert verdict(whole(tmp_path)) is Verdict.MET


def test_an_empty_phase_is_told_and_proves_nothing(tmp_path: Path) -> None:
    records = steady(200)
    events = [*phase("warm-up", 0, 1), *phase("baseline", 1, 2), *phase("after", 5, 9)]
    record = evaluate(write_run(tmp_path, records, events), OBJECTIVES, Demands(frozenset({"available"})))
    empty = [one for one in record.objectives if one.phase == "after"]
    assert {one.verdict for one in empty} == {Verdict.NOT_PROVEN}

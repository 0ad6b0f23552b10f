"""A run whose answers and writes meet their objectives, its evidence broken: none is met by accident."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from evidence.errors import InvalidFile
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS, ServedFrom
from evidence.run_folder import RunFolder
from evidence.verdict_record import Verdict
from evidence.write_record import WRITES
from slo.evaluate import Demands, evaluate
from slo.promise import Indicator, Objective
from tests.slo.runs import S, fault, phase, request, write_of, write_run
from tests.slo.test_mutations import BREAKING, of_column, swapped, truncated

OBJECTIVES = {
    "full": Objective("full", "search", Indicator.QUALITY, 0.95),
    "young": Objective("young", "search", Indicator.STALENESS, 0.95, threshold_ms=60_000),
    "kept": Objective("kept", "search", Indicator.DURABILITY, 0.95),
    "found": Objective("found", "search", Indicator.FRESHNESS, 0.95, threshold_ms=1000),
}
ANSWERS, WRITTEN = ("full", "young"), ("kept", "found")


def whole(tmp_path: Path) -> RunFolder:
    events = [
        *phase("warm-up", 0, 1),
        *phase("baseline", 1, 2),
        *fault("refused", (1, 1.1, 1.2, 1.8, 1.9, 2), experiment="postgres-down"),
    ]
    records = [
        request(n, n * 10, 50, operation="index", status=202, served_from=ServedFrom.LIVE) for n in range(200)
    ]
    writes = [write_of(one, checked_ms=9000, found_version=1, visible_ms=700) for one in records]
    folder = write_run(tmp_path, records, events, writes=writes)
    for kind in (REQUESTS, WRITES):
        record_files(folder.path, kind)
    return folder


def verdict(folder: RunFolder, names: tuple[str, ...]) -> Verdict | None:
    """None for an error that names the file."""
    demands = Demands(frozenset(names), expected_experiments=("postgres-down",))
    try:
        return evaluate(folder, tuple(OBJECTIVES[name] for name in names), demands).verdict
    except InvalidFile as error:
        assert str(folder.path) in str(error)
        return None


def writes_file(folder: RunFolder) -> Path:
    (file,) = (folder.path / "writes").glob("*.parquet")
    return file


def of_writes(change: Callable[[pa.Table], pa.Table]) -> Callable[[RunFolder], None]:
    def rewrite(folder: RunFolder) -> None:
        table = pq.read_table(writes_file(folder))
        pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), writes_file(folder))

    return rewrite


def column(name: str, change: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> Callable[[RunFolder], None]:
    def replaced(table: pa.Table) -> pa.Table:
        values = change(table.column(name))
        return table.set_column(table.schema.get_field_index(name), pa.field(name, values.type), values)

    return of_writes(replaced)


def exchanged(one: str, other: str) -> Callable[[RunFolder], None]:
    names = {one: other, other: one}
    return of_writes(
        lambda table: table.rename_columns([names.get(name, name) for name in table.column_names])
    )


def nulls(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(len(values), values.type)])


OF_WRITES: dict[str, Callable[[RunFolder], None]] = {
    "no writes": lambda folder: shutil.rmtree(folder.path / "writes"),
    "no rows": of_writes(lambda table: table.slice(0, 0)),
    "cut": truncated(writes_file, 0.9),
    "empty": truncated(writes_file, 0.0),
    "rows lost in the middle": of_writes(
        lambda table: pa.concat_tables([table.slice(0, 120), table.slice(130)])
    ),
    "rows lost at the end": of_writes(lambda table: table.slice(0, 150)),
    "every row twice": of_writes(lambda table: pa.concat_tables([table, table])),
    "one row twice": of_writes(lambda table: pa.concat_tables([table, table.slice(7, 1)])),
    "nothing was checked": column("checked_ns", nulls),
    "nothing was found": column("found_version", nulls),
    "checked before it was written": column("checked_ns", lambda values: pc.subtract(values, 60 * S)),
    "checked next year": column("checked_ns", lambda values: pc.add(values, 365 * 86_400 * S)),
    "checked and acknowledged swapped": exchanged("checked_ns", "acknowledged_ns"),
    "version and sequence swapped": exchanged("version", "sequence"),
    "document and operation swapped": exchanged("document_id", "operation"),
    "operation and durability swapped": exchanged("operation", "durability"),
    "an hour ahead": column("acknowledged_ns", lambda values: pc.add(values, 3600 * S)),
    "of another run": column("sequence", lambda values: pc.add(values, 1000)),
    "a column is gone": of_writes(lambda table: table.drop_columns(["checked_ns"])),
}
SEEN: dict[str, Callable[[RunFolder], None]] = {
    "nothing was seen": column("visible_ns", nulls),
    "seen before the run": column("visible_ns", lambda values: pc.subtract(values, 3600 * S)),
    "seen next year": column("visible_ns", lambda values: pc.add(values, 365 * 86_400 * S)),
    "instants in microseconds": column("visible_ns", lambda values: pc.divide(values, 1000)),
    "seen in another zone": column("visible_ns", lambda values: pc.add(values, 3600 * S)),
}
AGES = {
    "sources are gone": of_column("served_from", nulls),
    "ages are NaN": lambda folder: [
        of_column(name, change)(folder)
        for name, change in (
            ("served_from", lambda values: pa.chunked_array([pa.array(["cache"] * len(values))])),
            (
                "age_s",
                lambda values: pa.chunked_array([pa.array([float("nan")] * len(values), pa.float32())]),
            ),
        )
    ],
    "sources and outcomes swapped": swapped("served_from", "outcome"),
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_whole_evidence_is_met(tmp_path: Path, name: str) -> None:
    assert verdict(whole(tmp_path), (name,)) is Verdict.MET


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_a_run_is_never_met(tmp_path: Path, name: str) -> None:
    folder = whole(tmp_path)
    BREAKING[name](folder)
    demands = Demands(frozenset(OBJECTIVES), expected_experiments=("postgres-down",))
    try:
        record = evaluate(folder, tuple(OBJECTIVES.values()), demands)
    except InvalidFile as error:
        assert str(folder.path) in str(error)
        return
    met = [one.name for one in record.objectives if one.phase is None and one.verdict is Verdict.MET]
    assert not record.validity.valid or not met


@pytest.mark.parametrize("name", OF_WRITES)
def test_broken_writes_are_never_met(tmp_path: Path, name: str) -> None:
    folder = whole(tmp_path)
    OF_WRITES[name](folder)
    assert verdict(folder, ("kept",)) is not Verdict.MET
    if name not in {"nothing was checked"}:  # a search may have found what no later check looked for
        assert verdict(folder, WRITTEN) is not Verdict.MET


@pytest.mark.parametrize("name", SEEN)
def test_writes_that_were_seen_at_no_true_instant_are_never_met(tmp_path: Path, name: str) -> None:
    folder = whole(tmp_path)
    SEEN[name](folder)
    assert verdict(folder, ("found",)) is not Verdict.MET


@pytest.mark.parametrize("name", AGES)
def test_answers_that_do_not_say_how_old_they_are_are_never_met(tmp_path: Path, name: str) -> None:
    folder = whole(tmp_path)
    AGES[name](folder)
    assert verdict(folder, ("young",)) is not Verdict.MET

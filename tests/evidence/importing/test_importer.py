"""Files become a run folder, whole or not at all."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.importing.errors import InvalidOption
from evidence.importing.format import ReadOptions
from evidence.importing.import_plan import ImportPlan
from evidence.importing.importer import import_results
from evidence.importing.labels import Labels, read_rule
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.timeline import phase_windows, read_timeline
from tests.evidence.importing.sources import AT_NS, FILES, rows_of, sample


def plan(folder: Path, *files: Path | str) -> ImportPlan:
    return ImportPlan(tuple(FILES / file for file in files), runs_dir=folder / "runs")


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content)
    return path


def gatling(*names: str, at_ms: int = 1_795_620_811_092) -> str:
    lines = (f"REQUEST\t\t{name}\t{at_ms + n}\t{at_ms + n + 5}\tOK\t \n" for n, name in enumerate(names))
    return "RUN\tSmall\tsmall\t1795620810459\t \t3.11.5\n" + "".join(lines)


def test_the_run_says_that_it_was_imported_and_when_it_was(tmp_path: Path) -> None:
    imported = import_results(plan(tmp_path, "vegeta.json"))
    run = imported.folder.read_run()
    assert run.id == imported.folder.id == "20261125T152837Z-vegeta"
    assert run.imported is not None
    assert (run.imported.format, run.imported.files, run.imported.requests) == (
        "vegeta-json",
        ("vegeta.json",),
        16,
    )
    assert run.machine is None
    assert run.scheduled == ()
    records = rows_of(imported)
    assert run.started_ns == run.load_start_ns == min(row["intended_ns"] for row in records)
    assert run.ended_ns == max(row["ended_ns"] for row in records)
    assert run.target == "http://127.0.0.1:31080, http://127.0.0.1:31099"


def test_the_records_are_read_like_those_of_any_run(tmp_path: Path) -> None:
    folder = import_results(plan(tmp_path, "vegeta.json")).folder
    files = record_files(folder.path, REQUESTS)
    assert [path.name for path in files.parquet] == ["vegeta.parquet"]
    assert not files.being_written
    assert not files.cut


def test_several_files_become_one_run_with_a_worker_each(tmp_path: Path) -> None:
    first = written(tmp_path, "node a.log", gatling("one", "two"))
    (tmp_path / "b").mkdir()
    second = written(tmp_path / "b", "node a.log", gatling("three"))
    imported = import_results(plan(tmp_path, first, second))
    assert [(row["worker"], row["sequence"], row["operation"]) for row in rows_of(imported)] == [
        ("node-a-2", 0, "three"),
        ("node-a", 0, "one"),
        ("node-a", 1, "two"),
    ]


def test_files_of_different_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="the files are of vegeta-json and vegeta-csv"):
        import_results(plan(tmp_path, "vegeta.json", "vegeta.csv"))


def test_a_warm_up_is_a_phase_from_the_first_request_on(tmp_path: Path) -> None:
    path = written(tmp_path, "simulation.log", gatling(*["search"] * 3000))
    imported = import_results(replace(plan(tmp_path, path), warm_up_s=1.5))
    (phase,) = phase_windows(read_timeline(imported.folder.timeline_file))
    assert (phase.name, (phase.end_ns or 0) - phase.start_ns) == ("warm-up", 1_500_000_000)
    assert phase.start_ns == imported.run.started_ns
    assert imported.run.phases == ("warm-up",)


def test_labels_name_the_records(tmp_path: Path) -> None:
    labels = Labels(
        operation=read_rule("", "path", operation=True),
        tier=read_rule("", "fixed:gold"),
        tenant=read_rule("", "tag:attack"),
    )
    imported = import_results(
        replace(plan(tmp_path, "vegeta.gob"), labels=labels, target="the shop", name="my-run")
    )
    rows = rows_of(imported)
    assert {row["operation"] for row in rows} >= {"GET /documents/{id}", "POST /documents", "GET /slow"}
    assert {(row["tier"], row["tenant"], row["target"]) for row in rows} == {("gold", "first", "the shop")}
    assert imported.folder.id.endswith("-my-run")


def test_bad_lines_that_are_skipped_are_told_in_the_run(tmp_path: Path) -> None:
    path = written(tmp_path, "simulation.log", gatling("one") + "garbage\nREQUEST\tx\n" + gatling("two")[:-3])
    imported = import_results(replace(plan(tmp_path, path), skip_bad_lines=True))
    (note,) = imported.run.notes
    assert note.startswith("simulation.log: 1 of 6 lines made requests; passed over: the head of the run (2)")
    assert "2 bad lines were skipped (line 3: 'garbage': must be REQUEST" in note
    assert note.endswith("the last is not whole and left out: the tool was killed in it.")


@pytest.mark.parametrize(
    "content",
    [gatling("one") + "garbage\n", gatling(), "RUN\tx\n"],
    ids=["a bad line", "no request", "only a head"],
)
def test_a_failed_import_leaves_nothing_behind(content: str, tmp_path: Path) -> None:
    path = written(tmp_path, "simulation.log", content)
    with pytest.raises(InvalidFile):
        import_results(plan(tmp_path, path))
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_file_without_a_request_says_what_it_held(tmp_path: Path) -> None:
    path = written(tmp_path, "simulation.log", gatling())
    with pytest.raises(InvalidFile, match=r"1 lines, no request, only the head of the run \(1\): must hold"):
        import_results(plan(tmp_path, path))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"read": ReadOptions(unit_ns=1)},
            "--unit is of no use for vegeta-json: it understands --expected-status",
        ),
        ({"read": ReadOptions(log_format="$msec $status")}, "--log-format is of no use for vegeta-json"),
        ({"name": "My Run"}, "--name 'My Run': must be small letters"),
        ({"warm_up_s": -1.0}, "--warm-up-s -1: must be seconds"),
        ({"files": ()}, "name at least one file"),
        (
            {"files": (FILES / "vegeta.json", FILES / "." / "vegeta.json")},
            "is named twice: its requests would count twice",
        ),
    ],
)
def test_an_option_that_cannot_be_used_is_an_error(
    changed: dict[str, object], told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidOption, match=told):
        import_results(replace(plan(tmp_path, "vegeta.json"), format="vegeta-json", **changed))  # type: ignore[arg-type]  # by name
    assert not (tmp_path / "runs").exists() or list((tmp_path / "runs").iterdir()) == []


def test_progress_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "simulation.log", gatling(*["search"] * 20_500))
    told: list[int] = []
    import_results(plan(tmp_path, path), told.append)
    assert told == [10_000, 20_000]


def test_a_second_import_of_the_same_file_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    first, second = (import_results(plan(tmp_path, "vegeta.json")).folder for _ in range(2))
    assert (first.id, second.id) == ("20261125T152837Z-vegeta", "20261125T152837Z-vegeta-2")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    highest = []
    for count in (150_000, 300_000):  # more than one piece of the file (ROW_GROUP_ROWS)
        path = written(tmp_path, f"simulation{count}.log", gatling(*["search"] * count))
        tracemalloc.start()
        import_results(plan(tmp_path, path))
        highest.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert highest[1] < highest[0] * 1.2
    assert highest[1] < 40 * 2**20


def test_a_distribution_is_imported_with_what_only_the_user_knows(tmp_path: Path) -> None:
    read = sample("histogram.hgrm").read
    imported = import_results(replace(plan(tmp_path, "histogram.hgrm"), read=read))
    assert {row["ended_ns"] for row in rows_of(imported)} == {AT_NS}
    assert json.loads(imported.folder.run_file.read_text())["imported"]["format"] == "hdr-percentiles"

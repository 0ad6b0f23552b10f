"""Thin and broken evidence: a readable report that says what it lacks."""

import dataclasses
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.write import write_reports
from tests.reports.html_outline import Outline, outline
from tests.reports.made_verdicts import empty_verdict, invalid_verdict, small_verdict
from tests.reports.synthetic_run import FAULTS, made_requests, made_run_record, write_timeline


def _write(run: RunFolder, verdict: VerdictRecord) -> Outline:
    files = write_reports(run, verdict)
    assert files.summary_md.read_text().startswith("## ")
    assert ET.parse(files.junit_xml).getroot().tag == "testsuites"  # noqa: S314 -- our own file
    return outline(files.report_html.read_text())


def _text(page: Outline) -> str:
    return " ".join(page.texts)


@pytest.mark.parametrize("verdict", [empty_verdict(), invalid_verdict(), small_verdict()])
def test_an_empty_folder_still_tells_the_verdict(bare_run: RunFolder, verdict: VerdictRecord) -> None:
    page = _write(bare_run, verdict)
    assert page.texts[0] == verdict.verdict
    assert "How the run was made is not known" in _text(page)


def test_a_run_without_requests_says_so(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 30_000, 150))
    write_timeline(bare_run)
    page = _write(bare_run, invalid_verdict())
    assert "No request is on record" in _text(page)
    assert len(page.of("article")) == 3
    assert "dispatch lag p99, ms" in _text(page)


def test_a_run_without_a_timeline_is_drawn_all_the_same(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 400, 2))
    with RecordWriter(bare_run.path, REQUESTS, "worker-0") as writer:
        writer.extend(made_requests(200, 2))
    page = _write(bare_run, small_verdict())
    assert "phases and faults are not known" in _text(page)
    assert len([element for element in page.of("svg") if element.attributes.get("role")]) == 5


def test_a_killed_run_is_told_up_to_its_last_whole_record(bare_run: RunFolder) -> None:
    record = dataclasses.replace(made_run_record(bare_run.id, 4_000, 20), ended_ns=None, exits=())
    bare_run.write_run(record)
    writer = RecordWriter(bare_run.path, REQUESTS, "worker-0").open()
    writer.extend(made_requests(200, 20))
    stream = next((bare_run.path / "requests").glob("*.arrows"))
    killed = stream.read_bytes()[:-1000]
    writer.close()
    stream.write_bytes(killed)
    page = _write(bare_run, invalid_verdict())
    assert "The records of worker worker-0 end abruptly" in _text(page)
    assert "the run was killed, or still goes on" in _text(page)
    assert len([element for element in page.of("svg") if element.attributes.get("role")]) == 5


def test_records_that_are_still_being_written_are_told_as_a_gap(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 400, 2))
    with RecordWriter(bare_run.path, REQUESTS, "worker-0") as writer:
        writer.extend(made_requests(200, 2))
        page = _write(bare_run, small_verdict())
    assert "Worker worker-0 still writes its requests" in _text(page)


@pytest.mark.parametrize("name", ["run.json", "timeline.jsonl", "requests/worker-0.parquet"])
def test_a_broken_file_is_named(run: RunFolder, verdict: VerdictRecord, tmp_path: Path, name: str) -> None:
    broken = RunFolder(tmp_path / run.id)
    shutil.copytree(run.path, broken.path)
    (broken.path / name).write_text('{"schema": "what?"}\n')
    page = _write(broken, verdict)
    assert name.rsplit("/", maxsplit=1)[-1] in _text(page)
    assert page.texts[0] == "MISSED"


def test_a_fault_that_was_never_felt_or_healed_says_so(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 400, 2))
    write_timeline(bare_run)
    lines = bare_run.timeline_file.read_text().splitlines()
    left = [
        line for line in lines if FAULTS[0].name not in line or '"injecting"' in line or '"phase"' in line
    ]
    bare_run.timeline_file.write_text("\n".join(left) + "\n")
    text = _text(_write(bare_run, dataclasses.replace(invalid_verdict(), faults=small_verdict().faults)))
    assert "never felt" in text
    assert "not seen healed" in text

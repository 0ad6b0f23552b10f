from xml.etree import ElementTree as ET

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import Validity, Verdict, VerdictRecord
from reports.junit import render_junit
from reports.read_model import read_model
from tests.reports.golden_files import expect_golden
from tests.reports.made_verdicts import invalid_verdict, objective, small_verdict, undecided_verdict
from tests.reports.synthetic_run import made_run_record, write_timeline


def _parse(run: RunFolder, verdict: VerdictRecord) -> ET.Element:
    return ET.fromstring(render_junit(read_model(run, verdict)))  # noqa: S314 -- our own output


def _cases(root: ET.Element, suite: str) -> dict[str, ET.Element]:
    return {
        case.attrib["name"]: case for case in root.findall(f"testsuite[@name='stormproof.{suite}']/testcase")
    }


def test_the_whole_file_is_as_it_was(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 30_000, 150))
    write_timeline(bare_run)
    expect_golden("junit.xml", render_junit(read_model(bare_run, small_verdict())))


def test_demanded_objectives_are_cases_and_told_ones_are_not(bare_run: RunFolder) -> None:
    cases = _cases(_parse(bare_run, small_verdict()), "objectives")
    assert list(cases) == [
        "enterprise: availability (whole run)",
        "standard: availability (whole run)",
        "free: availability (whole run)",
    ]
    missed, met, open_one = cases.values()
    assert [child.tag for child in met] == []
    assert [(child.tag, child.attrib["type"]) for child in missed] == [("failure", "missed")]
    assert [(child.tag, child.attrib["type"]) for child in open_one] == [("failure", "not-proven")]


def test_a_broken_check_and_an_unfelt_fault_are_errors(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 30_000, 150))
    write_timeline(bare_run)
    text = bare_run.timeline_file.read_text().splitlines()
    bare_run.timeline_file.write_text("\n".join(line for line in text if '"verified"' not in line) + "\n")
    root = _parse(bare_run, invalid_verdict())
    assert [child.tag for case in _cases(root, "validity").values() for child in case] == ["error", "error"]
    assert [child.tag for case in _cases(root, "faults").values() for child in case] == ["error"] * 3


@pytest.mark.parametrize(
    ("verdict", "elements"),
    [
        (Verdict.MET, []),
        (Verdict.MISSED, [("failure", "missed")]),
        (Verdict.NOT_PROVEN, [("failure", "not-proven")]),
        (Verdict.INVALID, [("error", "invalid")]),
    ],
)
def test_a_pipeline_is_green_only_when_the_verdict_is_met(
    bare_run: RunFolder, verdict: Verdict, elements: list[tuple[str, str]]
) -> None:
    root = _parse(bare_run, VerdictRecord(verdict, (), Validity(valid=True, checks=()), ()))
    (case,) = _cases(root, "verdict").values()
    assert [(child.tag, child.attrib["type"]) for child in case] == elements


def test_counts_add_up(bare_run: RunFolder) -> None:
    root = _parse(bare_run, small_verdict())
    for node in (root, *root.findall("testsuite")):
        for name, path in (
            ("tests", ""),
            ("failures", "/failure"),
            ("errors", "/error"),
            ("skipped", "/skipped"),
        ):
            assert int(node.attrib[name]) == len(node.findall(f".//testcase{path}"))
    assert root.attrib["failures"] == "5"


def test_hostile_text_makes_well_formed_xml(bare_run: RunFolder) -> None:
    made = VerdictRecord(
        Verdict.MISSED,
        ("\x00<script>&\x1b[2J",),
        Validity(valid=True, checks=()),
        (objective('free"<\x08', 1, 1_000, demanded=True),),
    )
    root = _parse(bare_run, made)
    assert "<script>&" in "".join(root.itertext())


def test_a_run_that_is_not_evidence_neither_passes_nor_fails_a_promise(bare_run: RunFolder) -> None:
    root = _parse(bare_run, undecided_verdict())
    for suite in ("objectives", "contract"):
        cases = _cases(root, suite)
        assert cases
        assert {child.tag for case in cases.values() for child in case} == {"skipped"}
        assert all(len(case) == 1 for case in cases.values())
    assert (root.attrib["failures"], int(root.attrib["errors"]) >= 2) == ("0", True)

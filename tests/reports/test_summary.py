import dataclasses

from evidence.run_folder import RunFolder
from evidence.verdict_record import Validity, Verdict, VerdictRecord
from reports.read_model import read_model
from reports.summary import render_summary
from tests.reports.golden_files import expect_golden
from tests.reports.made_verdicts import invalid_verdict, objective, small_verdict, undecided_verdict
from tests.reports.synthetic_run import made_run_record, write_timeline

_COMMENT_CHARACTERS = 65_536
"""The longest comment that GitHub takes."""


def test_the_whole_file_is_as_it_was(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 30_000, 150))
    write_timeline(bare_run)
    expect_golden("summary.md", render_summary(read_model(bare_run, small_verdict())).encode())


def test_an_invalid_run_says_why_it_is_not_evidence(bare_run: RunFolder) -> None:
    text = render_summary(read_model(bare_run, invalid_verdict()))
    assert text.startswith("## ⚠️ INVALID")
    assert "- dispatch lag p99, ms: it fell behind" in text


def test_the_largest_summary_fits_a_comment(bare_run: RunFolder) -> None:
    made = small_verdict()
    many = tuple(
        objective(f"tier-{number}-" + "x" * 900, 1, 1_000, phase=phase, demanded=True)
        for number in range(500)
        for phase in (None, "redis-down")
    )
    record = dataclasses.replace(made, objectives=many, reasons=("because " * 300,) * 500)
    text = render_summary(read_model(bare_run, record))
    assert len(text) < _COMMENT_CHARACTERS
    assert "…and 460 more in the report." in text


def test_hostile_names_stay_text_in_their_cell(bare_run: RunFolder) -> None:
    made = VerdictRecord(
        Verdict.MISSED,
        ("<img src=x> [a](http://b) @everyone\n# heading",),
        Validity(valid=True, checks=()),
        (objective("a|b<script>", 1, 1_000, demanded=True),),
    )
    text = render_summary(read_model(bare_run, made))
    assert "<img" not in text
    assert "<script" not in text
    assert "[a](" not in text
    assert "@everyone" not in text
    assert "\n# heading" not in text
    row = next(line for line in text.splitlines() if "script" in line)
    assert row.replace("\\|", "").count("|") == 8


def test_what_a_run_that_is_not_evidence_recorded_is_folded_away_behind_why(bare_run: RunFolder) -> None:
    text = render_summary(read_model(bare_run, undecided_verdict()))
    why, folded, missed = (text.index(one) for one in ("Why it is not evidence", "<details>", "✗ MISSED"))
    assert why < folded < missed < text.index("</details>")
    assert "its verdicts decide nothing" in text
    assert "<details>" not in render_summary(read_model(bare_run, invalid_verdict()))


def test_more_reasons_than_fit_are_told_to_be_there(bare_run: RunFolder) -> None:
    record = dataclasses.replace(small_verdict(), reasons=("because",) * 45)
    assert "…and 5 more in the report." in render_summary(read_model(bare_run, record))

import dataclasses
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from evidence.verdict_record import Verdict, VerdictRecord
from reports.terminal import render_terminal
from tests.reports.made_verdicts import empty_verdict, invalid_verdict, small_verdict, undecided_verdict


def _show(verdict: VerdictRecord, report: Path | None = None, *, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(render_terminal(verdict, report))
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_verdict_reasons_objectives_faults_and_path_are_shown() -> None:
    shown = _show(small_verdict(), Path("/runs/1/report.html"))
    order = [
        shown.index(text)
        for text in (
            "✗ MISSED",
            "Enterprise availability was missed",
            "99.95%",
            "redis-down",
            "/runs/1/report.html",
        )
    ]
    assert order == sorted(order)
    assert "100/5" in shown


def test_it_fits_eighty_columns_without_losing_a_figure() -> None:
    shown = _show(small_verdict())
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "…" not in shown
    for figure in ("99.95%", "99.9%", "NOT PROVEN", "3,800", "97.37%", "1,020"):
        assert figure in shown


def test_only_the_whole_run_is_shown() -> None:
    phases_only = dataclasses.replace(small_verdict(), objectives=small_verdict().objectives[4:])
    assert "Objectives" not in _show(phases_only)


def test_an_invalid_run_says_which_check_broke() -> None:
    shown = _show(invalid_verdict())
    assert "! INVALID" in shown
    assert shown.count("was never felt") == 1, "as a reason, and not again as a condition"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_nothing_to_tell_still_tells_the_verdict(verdict: Verdict) -> None:
    assert verdict in _show(dataclasses.replace(empty_verdict(), verdict=verdict))


def test_hostile_names_are_neither_markup_nor_control_codes() -> None:
    made = small_verdict()
    faults = (dataclasses.replace(made.faults[0], fault="[red]x\x1b[2J[/nope]"),)
    shown = _show(dataclasses.replace(made, reasons=("[/bold] \x1b]0;t\x07",), faults=faults), width=120)
    assert "\x1b" not in shown
    assert "[red]x" in shown
    assert "[/bold]" in shown


def test_what_a_fault_broke_is_told_beside_it() -> None:
    rows = [" ".join(line.split()) for line in _show(small_verdict(), width=120).splitlines()]
    for fault in small_verdict().faults:
        (at,) = (number for number, row in enumerate(rows) if row.startswith(f"{fault.fault} ✓"))
        assert rows[at + 1] == f"on {fault.target}"


def test_names_as_long_as_ours_are_whole_in_eighty_columns() -> None:
    made = small_verdict()
    faults = tuple(
        dataclasses.replace(one, fault="elasticsearch-slow", target="elasticsearch") for one in made.faults
    )
    shown = _show(dataclasses.replace(made, faults=faults))
    assert "elasticsearch-slow ✓" in shown.replace("  ", " ").replace("  ", " ")
    assert "on elasticsearch" in shown
    assert "latency ≤ 200 ms" in shown


def test_figures_of_a_run_that_is_not_evidence_are_told_as_such_and_not_in_red() -> None:
    console = Console(file=StringIO(), width=80, color_system="standard", force_terminal=True)
    console.print(render_terminal(undecided_verdict()))
    shown = console.file.getvalue() if isinstance(console.file, StringIO) else ""
    assert "its verdicts decide nothing" in " ".join(_show(undecided_verdict()).split())
    red = "\x1b[31m"
    assert red not in shown
    assert "its verdicts decide nothing" not in _show(small_verdict())

"""The one page for people who read nothing else."""

import re
from dataclasses import replace

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import (
    CauseKind,
    CellVerdict,
    FaultRecovery,
    LedgerEntry,
    RecoveryState,
    Validity,
    Verdict,
    VerdictRecord,
)
from reports.executive.page import render_executive
from reports.executive.view import MOST_FAULTS, MOST_STEPS, fault_lines, next_steps, sentence
from reports.executive.words import of_requests, wait
from reports.read_model import read_model
from tests.reports.html_outline import outline
from tests.reports.made_verdicts import invalid_verdict, objective, small_verdict
from tests.reports.synthetic_run import made_run_record, write_timeline

JARGON = re.compile(
    r"\bp\d\d|percentile|objective|\btier\b|\bSLO\b|latency|burn|confidence|baseline|Clopper|verdict", re.I
)


def words_of(page: str) -> str:
    return " ".join(outline(page).texts)


def test_the_page_says_verdict_figures_faults_budget_and_what_to_do(
    run: RunFolder, verdict: VerdictRecord
) -> None:
    page = render_executive(read_model(run, verdict))
    text = words_of(page)
    order = [
        "Promises broken",
        "The service broke",
        "redis down",
        "How much of what may go wrong did",
        "What to do next",
    ]
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert "postgres down" in text
    assert len(outline(page).of("dd")) >= 3


def test_it_speaks_no_jargon(run: RunFolder, verdict: VerdictRecord) -> None:
    assert JARGON.findall(words_of(render_executive(read_model(run, verdict)))) == []


def test_it_fetches_nothing_but_the_report_on_a_click(run: RunFolder, verdict: VerdictRecord) -> None:
    page = render_executive(read_model(run, verdict))
    assert re.findall(r"""(?:src|href)="([^"]*)""", page) == ["data:,", "report.html"]
    assert not outline(page).of("script")


def test_a_test_that_does_not_count_says_only_that(bare_run: RunFolder) -> None:
    model = read_model(bare_run, invalid_verdict())
    text = words_of(render_executive(model))
    assert "This test does not count" in text
    assert "Figures that matter" not in render_executive(model)
    assert next_steps(model)[0].startswith("Mend the test: ")


def test_a_test_that_does_not_count_tells_no_harm_and_no_budget(
    run: RunFolder, verdict: VerdictRecord
) -> None:
    model = read_model(run, replace(verdict, verdict=Verdict.INVALID))
    text = words_of(render_executive(model))
    assert model.stories
    assert "went wrong" not in text
    assert "What users felt" not in text
    assert "How much of what may go wrong did" not in text


def test_no_data_is_no_praise(bare_run: RunFolder) -> None:
    empty = VerdictRecord(Verdict.NOT_PROVEN, (), Validity(valid=True, checks=()), ())
    assert "Not sure yet" in words_of(render_executive(read_model(bare_run, empty)))


def test_each_fault_is_one_line_of_what_users_felt(bare_run: RunFolder) -> None:
    bare_run.write_run(made_run_record(bare_run.id, 30_000, 150))
    write_timeline(bare_run)
    lines = fault_lines(read_model(bare_run, small_verdict()))
    assert lines[0].name == "redis down (redis-cache)"
    assert lines[0].sentence == (
        "1 in 38 requests went wrong and 19 of 20 waited at most 64 milliseconds. "
        "Some users were not back to normal as long as was watched."
    )
    assert lines[1].sentence == "Nobody felt it, so it says nothing."


def test_the_first_step_is_the_cause_of_most_failures(bare_run: RunFolder) -> None:
    made = small_verdict()
    ledger = tuple(replace(one, objective="search-availability") for one in made.budget_ledger)
    steps = next_steps(read_model(bare_run, replace(made, budget_ledger=ledger)))
    assert steps[0] == (
        "Make the service survive “redis down” first: 90 of 100 bad requests came while it lasted."
    )
    assert len(steps) <= MOST_STEPS


def test_what_was_bad_until_users_were_back_is_told_with_the_fault(bare_run: RunFolder) -> None:
    made = small_verdict()
    ledger = (LedgerEntry("search-availability", {}, "background", 90, 1.0, CauseKind.BACKGROUND),)
    back = FaultRecovery(
        "search-availability", RecoveryState.RECOVERED, 1.0, 0.5, 1.0, 0.5, 4.0, 20.0, 30.0, 0.5, 3_800
    )
    faults = tuple(replace(one, recovery=(back,)) for one in made.faults)
    steps = next_steps(read_model(bare_run, replace(made, budget_ledger=ledger, faults=faults)))
    assert steps[0] == (
        "Find out why 90 of 90 bad requests came while nothing was broken: "
        "users were back 20.0 s after redis-down."
    )


def test_a_request_that_breaks_two_promises_is_counted_once(bare_run: RunFolder) -> None:
    made = small_verdict()
    late = objective("enterprise", 9_000, 10_000, indicator="latency", demanded=True)
    assert late.verdict is Verdict.MISSED
    charges = [
        (late.name, "background", CauseKind.BACKGROUND, 400),
        (late.name, "slow", CauseKind.FAULT, 600),
    ]
    ledger = (
        *(LedgerEntry(name, {}, cause, bad, 1.0, kind) for name, cause, kind, bad in charges),
        LedgerEntry("search-availability", {}, "background", 100, 1.0, CauseKind.BACKGROUND),
    )
    both = replace(made, objectives=(*made.objectives, late), budget_ledger=ledger)
    assert next_steps(read_model(bare_run, both))[0] == (
        "Make the service survive “slow” first: 600 of 1,000 bad requests came while it lasted."
    )


def test_of_many_faults_those_that_harmed_most_have_a_line(bare_run: RunFolder) -> None:
    made = small_verdict()
    (effect,) = made.faults
    faults = tuple(
        replace(
            effect,
            id=f"fault-{number}",
            experiment=f"experiment-{number:02}",
            outcomes={"ok": 3_800 - number, "timeout": number},
        )
        for number in range(10)
    )
    names = [one.name for one in fault_lines(read_model(bare_run, replace(made, faults=faults)))]
    assert names == [f"experiment {number:02} (redis-cache)" for number in range(4, 10)]


def test_many_faults_and_promises_stay_one_page(bare_run: RunFolder) -> None:
    made = small_verdict()
    (effect,) = made.faults
    many = replace(
        made,
        faults=tuple(
            replace(effect, id=f"fault-{number}", experiment=f"experiment-{number}") for number in range(40)
        ),
        objectives=tuple(objective("x" * 60, 900, 1_000, demanded=True) for _ in range(40)),
    )
    model = read_model(bare_run, many)
    assert len(fault_lines(model)) == MOST_FAULTS
    assert "These harmed most; 34 more in the full report." in words_of(render_executive(model))


def test_hostile_names_stay_text(bare_run: RunFolder) -> None:
    made = small_verdict()
    (effect,) = made.faults
    hostile = replace(made, faults=(replace(effect, experiment="<script>", target="<b>"),))
    assert "<script>" not in render_executive(read_model(bare_run, hostile))


def test_the_sentence_counts_promises(bare_run: RunFolder) -> None:
    assert sentence(read_model(bare_run, small_verdict())) == (
        "The service broke 2 of 6 promises while 1 thing went wrong."
    )


@pytest.mark.parametrize(
    ("bad", "total", "told"),
    [
        (0, 10, "no request"),
        (10, 10, "every request"),
        (1, 4, "25 in 100 requests"),
        (1, 98_765, "1 in 99,000 requests"),
        (100, 3_800, "1 in 38 requests"),
    ],
)
def test_shares_are_told_as_people_count(bad: int, total: int, told: str) -> None:
    assert of_requests(bad, total) == told


@pytest.mark.parametrize(
    ("latency_ms", "told"),
    [(0.2, "1 milliseconds"), (64.0, "64 milliseconds"), (420.0, "0.42 seconds"), (3_000.0, "3.0 seconds")],
)
def test_waits_are_told_in_their_unit(latency_ms: float, told: str) -> None:
    assert wait(latency_ms) == told


@pytest.mark.parametrize("verdict", list(Verdict))
def test_whatever_came_of_it_there_is_something_to_do(bare_run: RunFolder, verdict: Verdict) -> None:
    made = replace(small_verdict(), verdict=verdict, objectives=(), budget_ledger=())
    assert next_steps(read_model(bare_run, made))


def test_promises_that_the_test_did_not_touch_are_what_to_do_next(bare_run: RunFolder) -> None:
    made = small_verdict()
    open_cells = tuple(replace(one, verdict=CellVerdict.NOT_EXERCISED) for one in made.contract)
    record = replace(made, verdict=Verdict.NOT_PROVEN, objectives=(), budget_ledger=(), contract=open_cells)
    assert next_steps(read_model(bare_run, record))[0].startswith(
        "Let the test touch 3 promises that it did not, or too seldom, first search under redis down"
    )

"""Objectives that are counted together are counted as each alone."""

from dataclasses import replace
from pathlib import Path

from evidence.request_record import Outcome
from slo.counting import tally, tally_all
from slo.evidence_view import open_evidence
from slo.promise import Budgeting, Indicator, Objective, Slices
from slo.windows import Span
from tests.slo.runs import request, write_run

ANY = Objective("any", "search", Indicator.AVAILABILITY, 0.9)
SLICED = replace(ANY, name="sliced", budgeting=Budgeting.TIMESLICES, slices=Slices(2.0, 0.9))
FAST = Objective("fast", "search", Indicator.LATENCY, 0.9, threshold_ms=100)
OBJECTIVES = (
    ANY,
    FAST,
    replace(FAST, name="faster", threshold_ms=40),
    replace(FAST, name="below", below_threshold=True),
    replace(FAST, name="sliced and fast", slices=Slices(3.0, None)),
    SLICED,
    replace(ANY, name="of a tier", tier="free"),
    replace(FAST, name="of nobody", tier="nobody", operation="search"),
    replace(FAST, name="of an operation", operation="search"),
)


def test_together_as_each_alone(tmp_path: Path) -> None:
    records = [
        replace(
            request(n, n * 37, float(n * 7 % 130), outcome=Outcome.FAILED if n % 11 == 5 else Outcome.OK),
            tier=("free", "standard", None)[n % 3],
        )
        for n in range(600)
    ]
    first_ns, last_ns = records[0].intended_ns, records[-1].intended_ns
    middle_ns = records[300].intended_ns
    spans = (
        None,
        Span(first_ns, last_ns + 1),
        Span(middle_ns, last_ns),
        Span(first_ns - 1, middle_ns),
        Span(middle_ns, middle_ns + 1),
        Span(last_ns + 1, last_ns + 2),
        Span(first_ns - 2, first_ns),
    )
    asked = [(one, span) for one in OBJECTIVES for span in spans]
    with open_evidence(write_run(tmp_path, records)) as evidence:
        together = tally_all(evidence, asked)
        alone = [tally(evidence, one, (), within=span) for one, span in asked]
        assert together == tuple(alone)
        by_span = [one.whole_run.total for one in together[: len(spans)]]
        fast = together[len(spans)].whole_run
    assert by_span == [600, 600, 299, 300, 1, 0, 0]
    good = [one for one in records if one.outcome is Outcome.OK]
    assert fast.good == sum(n * 7 % 130 <= 100 for n in range(600) if records[n] in good)

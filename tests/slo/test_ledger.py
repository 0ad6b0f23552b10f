"""Who pays: every bad request has one cause, and none is lost or paid for twice."""

from collections import Counter
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.request_record import Outcome, RequestRecord, ServedFrom
from evidence.timeline import FaultWindow, TimelineEvent, fault_windows
from evidence.verdict_record import CauseKind
from slo.counting import tally_all
from slo.evaluate import Demands, evaluate
from slo.evidence_view import Evidence, open_evidence
from slo.ledger import Charge, charges, charges_of_all
from slo.objective import Indicator, Objective
from tests.slo.memory_evidence import evidence_of
from tests.slo.runs import START_NS, S, fault, phase, request, steady, with_bad, write_run

AVAILABILITY = Objective("availability-test", "search", Indicator.AVAILABILITY, 0.99, tier="enterprise")
LATENCY = Objective("latency-test", "search", Indicator.LATENCY, 0.95, threshold_ms=200)
POSTGRES = fault("refused", (10, 10.1, 11, 19, 19.5, 20), experiment="postgres-down")


def test_what_goes_bad_in_maintenance_is_charged_to_it(tmp_path: Path) -> None:
    records = [
        request(0, 1_000, outcome=Outcome.FAILED),
        request(1, 5_000, outcome=Outcome.FAILED),
        request(2, 15_000, outcome=Outcome.FAILED),
        request(3, 25_000, outcome=Outcome.FAILED),
    ]
    events = [*phase("baseline", 0, 2), *phase("maintenance", 2, 22), *phase("after", 22, 30), *POSTGRES]
    with open_evidence(write_run(tmp_path, records, events)) as evidence:
        assert charges(evidence, AVAILABILITY) == (
            Charge("background", CauseKind.BACKGROUND, 2),
            Charge("maintenance", CauseKind.MAINTENANCE, 1),
            Charge("postgres-down + maintenance", CauseKind.OVERLAP, 1),
        )


def test_the_entries_say_what_kind_of_cause_they_are(tmp_path: Path) -> None:
    folder = write_run(tmp_path, with_bad(steady(4000), 3, *range(1200, 1250)), POSTGRES)
    record = evaluate(folder, (AVAILABILITY,), Demands(frozenset({AVAILABILITY.name})))
    assert [(one.kind, one.bad) for one in record.budget_ledger] == [("fault", 50), ("background", 1)]


INSTANTS_MS = st.integers(0, 30_000)
OUTCOMES = st.sampled_from(list(Outcome))


@st.composite
def evidence_sets(draw: st.DrawFn) -> tuple[list[RequestRecord], list[TimelineEvent]]:
    """Any mix of requests, tiers, outcomes, phases and up to three faults, some unfinished."""
    records = [
        request(
            sequence,
            at_ms,
            latency_ms,
            outcome,
            tier=tier,
            served_from=served_from,
            step=sequence % 2,
        )
        for sequence, (at_ms, latency_ms, outcome, tier, served_from) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        INSTANTS_MS,
                        st.integers(0, 3_000),
                        OUTCOMES,
                        st.sampled_from(["enterprise", "free", None]),
                        st.sampled_from([None, *ServedFrom]),
                    ),
                    max_size=25,
                )
            )
        )
    ]
    warm_s = draw(st.integers(1, 5))
    events = phase("warm-up", 0, warm_s)
    if draw(st.booleans()):
        events += phase("maintenance", warm_s, draw(st.integers(warm_s, 30)))
    for number in range(draw(st.integers(0, 3))):
        steps = sorted(draw(st.lists(INSTANTS_MS, min_size=6, max_size=6)))
        told = draw(st.integers(1, 6))
        at_s: list[float | None] = [*(step / 1000 for step in steps[:told]), *([None] * (6 - told))]
        events += fault("refused", at_s, id=f"{number}", experiment=f"experiment-{number % 2}")
    return records, events


def test_the_ledger_balances_to_the_request() -> None:
    # One connection for all of them: opening one takes as long as all that is asked of it.
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:

        @settings(max_examples=1000)
        @given(evidence_sets())
        def balances(made: tuple[list[RequestRecord], list[TimelineEvent]]) -> None:
            assert_balanced(connection, *made)

        balances()


def assert_balanced(
    connection: duckdb.DuckDBPyConnection, records: list[RequestRecord], events: list[TimelineEvent]
) -> None:
    with evidence_of(connection, records, events) as evidence:
        objectives = (AVAILABILITY, LATENCY)
        counted = tally_all(evidence, [(one, None) for one in objectives])
        charged_to = charges_of_all(evidence, objectives)
        for objective, tallied, charged in zip(objectives, counted, charged_to, strict=True):
            assert sum(one.bad for one in charged) == tallied.whole_run.bad
            assert {one.cause: one.bad for one in charged} == expected(evidence, objective, records, events)
            assert len({one.cause for one in charged}) == len(charged)


def expected(
    evidence: Evidence, objective: Objective, records: list[RequestRecord], events: list[TimelineEvent]
) -> Counter[str]:
    """The same, request by request, in plain Python."""
    faults = fault_windows(tuple(sorted(events, key=lambda event: event.at_ns)))
    found: Counter[str] = Counter()
    for one in records:
        if is_bad(one, objective, evidence):
            found[cause(one, faults, evidence)] += 1
    return found


def is_bad(one: RequestRecord, objective: Objective, evidence: Evidence) -> bool:
    warm_until_ns = max(phase.end_ns or START_NS for phase in evidence.phases if phase.name == "warm-up")
    if one.ended_ns is None or one.intended_ns < warm_until_ns:
        return False
    if objective.tier is not None and one.tier != objective.tier:
        return False
    answered = one.outcome in {Outcome.OK, Outcome.DEGRADED} and one.served_from is not ServedFrom.EMPTY
    limit_ns = objective.threshold_ns
    return not (answered and (limit_ns is None or one.ended_ns - one.intended_ns <= limit_ns))


def cause(one: RequestRecord, faults: tuple[FaultWindow, ...], evidence: Evidence) -> str:
    lived_through = {
        fault.experiment
        for fault in faults
        if (fault.injecting_ns or 0) <= (one.ended_ns or 0)
        and (fault.heal_verified_ns is None or one.intended_ns < fault.heal_verified_ns)
    }
    in_order = dict.fromkeys(fault.experiment or "" for fault in faults)
    met = [experiment for experiment in in_order if experiment in lived_through]
    maintained = any(
        phase.name == "maintenance" and phase.start_ns <= one.intended_ns < (phase.end_ns or S * S)
        for phase in evidence.phases
    )
    return " + ".join([*met, *(["maintenance"] if maintained else [])]) or "background"

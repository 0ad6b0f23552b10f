"""What is counted live is what the verdict counts, but for what only the whole run tells."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, LatencyClock, Outcome, ServedFrom
from evidence.timeline import phase_windows
from slo.counting import tally
from slo.evidence_view import open_evidence
from slo.promise import Indicator, Objective
from stormproof.live.budget import BudgetWatch
from tests.slo.runs import S, phase, request, steady, with_bad, write_run

OBJECTIVES = (
    Objective("all", "service", Indicator.AVAILABILITY, 0.9),
    Objective("enterprise", "service", Indicator.AVAILABILITY, 0.99, tier="enterprise"),
    Objective("gets", "service", Indicator.AVAILABILITY, 0.99, operation="get"),
    Objective("one-tenant", "service", Indicator.AVAILABILITY, 0.99, tenant="enterprise-01"),
    Objective("one-target", "service", Indicator.AVAILABILITY, 0.99, named_target="canary"),
    Objective("fast", "service", Indicator.LATENCY, 0.95, threshold_ms=50),
    Objective("fast-free", "service", Indicator.LATENCY, 0.95, threshold_ms=50, tier="free"),
)
EVERY_KIND = [
    *with_bad(steady(40), 3, 17),
    request(40, 1000, outcome=Outcome.DEGRADED),
    request(41, 1010, outcome=Outcome.DEGRADED, served_from=ServedFrom.EMPTY),
    request(42, 1020, outcome=Outcome.DEGRADED, served_from=ServedFrom.STALE, operation="get"),
    request(43, 1030, outcome=Outcome.TIMEOUT, latency_ms=1000, tier="free"),
    request(44, 1040, outcome=Outcome.CONNECTION, tier=None),
    request(45, 1050, outcome=Outcome.WRONG, operation="get"),
    request(46, 1060, outcome=Outcome.UNDELIVERED),
    request(47, 1070, latency_ms=50, tier="free", target="canary"),
    request(48, 1080, latency_ms=50.001, tier="free"),
    request(49, 1090, latency_ms=60, lag_ms=20, clock=LatencyClock.SENT, tier="free"),
    request(50, 1100, latency_ms=60, lag_ms=20, tier="free"),
]
PHASES = [*phase("warm-up", 0, 0.1), *phase("baseline", 0.1, None)]


def test_it_counts_as_the_verdict_does(tmp_path: Path) -> None:
    run = write_run(tmp_path, EVERY_KIND, PHASES)
    of_answers = Objective("full", "service", Indicator.QUALITY, 0.99)
    watch = BudgetWatch(run.path, (*OBJECTIVES, of_answers))
    watch.refresh(phase_windows(tuple(PHASES)))
    seen = {one.name: one for one in watch.states()}
    watch.close()
    assert set(seen) == {one.name for one in OBJECTIVES}, "answers are left to the verdict"
    with open_evidence(run) as evidence:
        for objective in OBJECTIVES:
            counted = tally(evidence, objective, ()).whole_run
            assert (seen[objective.name].good, seen[objective.name].total) == (counted.good, counted.total)


def test_the_budget_is_spent_by_what_is_bad_and_burns_by_the_last_minute(tmp_path: Path) -> None:
    early = with_bad(steady(100), *range(10))
    with RecordWriter(tmp_path, REQUESTS, "worker-0") as writer:
        watch = BudgetWatch(tmp_path, OBJECTIVES[:1])
        watch.refresh(())
        assert list(watch.states()) == [], "no request, nothing to tell"
        writer.extend(early)
        writer.flush()
        watch.refresh(())
        (state,) = watch.states()
        assert (state.total - state.good, state.total) == (10, 100)
        assert state.spent == pytest.approx(1.0), "a tenth may be bad, a tenth was"
        assert state.burn == pytest.approx(1.0)
        later = [replace(one, intended_ns=one.intended_ns + 120 * S) for one in steady(100)]
        writer.extend(later)
        writer.flush()
        watch.refresh(())
        (state,) = watch.states()
        assert state.spent == pytest.approx(0.5)
        assert state.burn == 0, "nothing was bad in the last minute"
        watch.close()

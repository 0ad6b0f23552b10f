"""Each kind of promise at its limits: what proves it, what violates it, and what is too little."""

from dataclasses import replace

import pytest

from evidence.verdict_record import CellVerdict
from slo.contract.observed import Observed, Recovered
from slo.contract.promises.availability import Availability
from slo.contract.promises.durability import Durabilities
from slo.contract.promises.outcomes import Outcomes
from slo.contract.promises.p99 import P99
from slo.contract.promises.promise import Promise
from slo.contract.promises.recovery import RecoveryTime
from slo.contract.promises.served_from import Sources
from slo.contract.promises.staleness import Staleness
from slo.contract.promises.statuses import Statuses
from slo.verdicts import Question

PROVED, VIOLATED, OPEN = CellVerdict.PROVED, CellVerdict.VIOLATED, CellVerdict.NOT_EXERCISED
BACK = Recovered(recover_s=4.0, observed_s=20.0, full=100, requests=100)


@pytest.mark.parametrize(
    ("promise", "observed", "verdict", "told"),
    [
        (Statuses((200, 404)), Observed(statuses={200: 9, 404: 1}), PROVED, "200: 9, 404: 1"),
        (Statuses((200,)), Observed(statuses={200: 9_000, 503: 1}), VIOLATED, "200: 9,000, 503: 1"),
        (Statuses((200,)), Observed(requests=3), OPEN, "nothing"),
        (Outcomes(("ok",)), Observed(outcomes={"ok": 1}), PROVED, "ok: 1"),
        (Outcomes(("ok",)), Observed(outcomes={"ok": 1, "degraded": 1}), VIOLATED, "degraded: 1, ok: 1"),
        (Outcomes(("ok",)), Observed(), OPEN, "nothing"),
        (Sources(("cache", "stale")), Observed(served_from={"cache": 2}), PROVED, "cache: 2"),
        (Sources(("cache", "stale")), Observed(served_from={"empty": 1}), VIOLATED, "empty: 1"),
        (Sources(("cache",)), Observed(outcomes={"failed": 8}), OPEN, "nothing"),
        (Durabilities(("replicated",)), Observed(durability={"replicated": 5}), PROVED, "replicated: 5"),
        (Durabilities(("replicated",)), Observed(durability={"local": 1}), VIOLATED, "local: 1"),
        (Durabilities(("local", "replicated")), Observed(durability={"unsaid": 1}), VIOLATED, "unsaid: 1"),
        (Staleness(60), Observed(kept=2, aged=2, oldest_s=60), PROVED, "the oldest of 2 was 60.0 s old"),
        (Staleness(60), Observed(kept=2, aged=2, oldest_s=60.001), VIOLATED, "the oldest of 2"),
        (Staleness(60), Observed(kept=2, aged=1, oldest_s=3), OPEN, "3.0 s old, 1 do not say"),
        (Staleness(60), Observed(kept=2, aged=1, oldest_s=61), VIOLATED, "the oldest of 1"),
        (Staleness(60), Observed(kept=2), OPEN, "2 kept answers do not say"),
        (Staleness(60), Observed(requests=9), OPEN, "no kept answer"),
        # 299 good of 299 prove 99%, 298 do not; 7 bad of 299 refute it, 6 do not.
        (Availability(0.99), Observed(requests=299, good=299), PROVED, "100.00%, 0 bad of 299"),
        (Availability(0.99), Observed(requests=298, good=298), OPEN, "0 bad of 298"),
        (Availability(0.99), Observed(requests=299, good=293), OPEN, "6 bad of 299"),
        (Availability(0.99), Observed(requests=299, good=292), VIOLATED, "7 bad of 299"),
        (Availability(0.99), Observed(), OPEN, "nothing"),
        (
            P99(500),
            Observed(timed=299, within=299, latency_p99_ms=480),
            PROVED,
            "p99 480.0 ms, 0 later of 299",
        ),
        (P99(500), Observed(timed=298, within=298), OPEN, "0 later of 298"),
        (P99(500), Observed(timed=299, within=292), VIOLATED, "7 later of 299"),
        (RecoveryTime(10, 0.95), Observed(recoveries=(BACK,)), PROVED, "after 4.0 s"),
        (RecoveryTime(4, 0.95), Observed(recoveries=(BACK,)), PROVED, "after 4.0 s"),
        (RecoveryTime(3.9, 0.95), Observed(recoveries=(BACK,)), VIOLATED, "after 4.0 s"),
        (RecoveryTime(21, 0.95), Observed(recoveries=(BACK,)), OPEN, "after 4.0 s, seen for 20.0 s"),
        (RecoveryTime(10, 0.95), Observed(recoveries=(replace(BACK, full=58, requests=58),)), OPEN, "after"),
        (RecoveryTime(10, 0.95), Observed(recoveries=(replace(BACK, recover_s=0.0),)), PROVED, "at once"),
        (
            RecoveryTime(10, 0.95),
            Observed(recoveries=(BACK, replace(BACK, recover_s=12.0))),
            VIOLATED,
            "after 12.0 s",
        ),
        (
            RecoveryTime(10, 0.95),
            Observed(recoveries=(replace(BACK, recover_s=None),)),
            VIOLATED,
            "not within the 20.0 s",
        ),
        (
            RecoveryTime(30, 0.95),
            Observed(recoveries=(replace(BACK, recover_s=None),)),
            OPEN,
            "not within the 20.0 s",
        ),
        (RecoveryTime(10, 0.95), Observed(), OPEN, "nothing"),
    ],
)
def test_a_promise_is_judged(promise: Promise, observed: Observed, verdict: CellVerdict, told: str) -> None:
    judged = promise.judge(observed, "inference")
    assert judged.verdict is verdict
    assert told in judged.observed
    assert (judged.needs is None) == (verdict is not OPEN)


def test_what_would_exercise_it_is_told() -> None:
    judged = Availability(0.99).judge(Observed(requests=206, good=206, rate_per_s=16.5), "inference")
    assert judged.needs == "needs 93 more requests without a bad one (about 6 s at this rate)"
    judged = RecoveryTime(21, 0.95).judge(Observed(recoveries=(BACK,)), "inference")
    assert judged.needs == "needs 1.0 s more of load after the fault"


@pytest.mark.parametrize(
    ("good", "question", "verdict"),
    [(99, "window", PROVED), (98, "window", VIOLATED), (99, "inference", OPEN), (100, "inference", OPEN)],
)
def test_a_window_is_judged_by_its_ratio(good: int, question: Question, verdict: CellVerdict) -> None:
    assert Availability(0.99).judge(Observed(requests=100, good=good), question).verdict is verdict


def test_no_data_is_never_proved_of_a_window() -> None:
    assert Availability(0.99).judge(Observed(), "window").verdict is OPEN
    assert P99(100).judge(Observed(), "window").verdict is OPEN

"""The same records in one file or in four say the same: results, percentiles, verdict."""

import random
from dataclasses import replace
from pathlib import Path

from evidence.request_record import Outcome, RequestRecord
from evidence.verdict_record import VerdictRecord
from slo.evaluate import Demands, evaluate
from slo.objective import Indicator, Objective
from tests.slo.runs import fault, phase, request, write_run

OBJECTIVES = (
    Objective("availability", "search", Indicator.AVAILABILITY, 0.99),
    Objective("latency", "search", Indicator.LATENCY, 0.95, threshold_ms=150),
)
EVENTS = [
    *phase("warm-up", 0, 2),
    *phase("baseline", 2, 20),
    *fault("redis-down", (4, 4.1, 4.2, 19, 19.1, 19.2)),
]


def made() -> list[RequestRecord]:
    chance = random.Random(5)  # noqa: S311 -- evidence that is made up
    return [
        request(
            sequence,
            at_ms=sequence * 10,
            latency_ms=chance.lognormvariate(3, 1.2),
            outcome=Outcome.FAILED if chance.random() < 0.03 else Outcome.OK,
        )
        for sequence in range(2000)
    ]


def over_workers(records: list[RequestRecord], count: int) -> list[RequestRecord]:
    """As so many workers would have recorded them."""
    return [
        replace(record, worker=f"worker-{place % count}", sequence=place // count)
        for place, record in enumerate(records)
    ]


def judged(folder: Path, records: list[RequestRecord]) -> VerdictRecord:
    run = write_run(folder, records, EVENTS)
    return evaluate(run, OBJECTIVES, Demands(frozenset(one.name for one in OBJECTIVES)))


def test_records_split_over_four_workers_are_judged_as_those_of_one(tmp_path: Path) -> None:
    records = made()
    whole = judged(tmp_path / "one", records)
    split = judged(tmp_path / "four", over_workers(records, 4))
    assert split.objectives == whole.objectives
    assert split.faults == whole.faults, "and with them its percentiles"
    assert whole.faults[0].latency_p99_ms is not None
    assert (split.verdict, split.reasons) == (whole.verdict, whole.reasons)

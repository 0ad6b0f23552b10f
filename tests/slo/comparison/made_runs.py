"""Runs of a made shop: real files in real run folders."""

import math
import random
from dataclasses import replace
from pathlib import Path

from evidence.request_record import Outcome, RequestRecord
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from slo.evaluate import Demands, evaluate
from slo.promise import Indicator, Objective
from tests.slo.runs import fault, phase, request, run_record, write_run

OBJECTIVES = (Objective("available", "shop", Indicator.AVAILABILITY, 0.95),)
REQUESTS = 4_000
_EVERY_MS = 15


def shop_requests(
    seed: int, *, slower: float = 1.0, slower_get: float = 1.0, bad: float = 0.0, until_s: float = 35.6
) -> list[RequestRecord]:
    """A minute of 67 requests a second; under the fault, from 30 s to `until_s`, all fail."""
    chance = random.Random(seed)  # noqa: S311 -- made data, the same each time
    records: list[RequestRecord] = []
    for number in range(REQUESTS):
        operation = "get" if number % 2 else "search"
        latency_ms = (
            (14 if operation == "search" else 4 * slower_get) * math.exp(chance.gauss(0, 0.2)) * slower
        )
        at_ms = number * _EVERY_MS
        broken = 30_000 <= at_ms < until_s * 1000 or chance.random() < bad
        outcome = Outcome.FAILED if broken else Outcome.OK
        status = 503 if broken else 200
        records.append(request(number, at_ms, latency_ms, outcome, operation=operation, status=status))
    return records


def write_shop_run(
    folder: Path, records: list[RequestRecord], run: RunRecord | None = None, *, judged: bool = True
) -> RunFolder:
    """The run's folder, with a verdict where it is judged; its id is the folder's name."""
    events = [
        *phase("warm-up", 0, 2),
        *phase("baseline", 2, 30),
        *phase("postgres-down", 30, 60),
        *fault("postgres-down", (30, 30.1, 30.2, 35, 35.1, 35.2)),
    ]
    record = replace(
        run or run_record(records, 61), id=folder.name, phases=("warm-up", "baseline", "postgres-down")
    )
    written = write_run(folder.parent / f"made-{folder.name}", records, events, record)
    written.path.rename(folder)
    made = RunFolder(folder)
    if judged:
        made.write_verdict(evaluate(made, OBJECTIVES, Demands(frozenset({"available"}))))
    return made


def another_target(records: list[RequestRecord]) -> RunRecord:
    """How a run of these would have been made against another service."""
    return replace(run_record(records, 61), target="http://127.0.0.1:22080")

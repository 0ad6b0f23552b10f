"""A whole verdict.json, as a reader gets it.

After a change that is meant: `python -m tests.slo.test_golden` writes the file again; read the difference.
"""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.request_record import Outcome, RequestRecord, ServedFrom
from evidence.run_record import RateLimits
from slo.contract.contract import read_contract
from slo.evaluate import Demands, evaluate
from slo.objective import read_objectives
from slo.objectives import SHIPPED_OBJECTIVES
from tests.slo.runs import START_NS, fault, phase, request, run_record, write_run
from tests.slo.self_samples import readings

GOLDEN = Path(__file__).parent / "golden/verdict.json"


def records() -> list[RequestRecord]:
    """100 s of 70/s: failing warm-up, PostgreSQL gone from 40 s to 50 s, a free client above its limit."""
    made: list[RequestRecord] = []
    for n in range(7000):
        at_ms = n * 100 / 7
        tier = "free" if n % 10 == 9 else "standard" if n % 3 == 0 else "enterprise"
        outcome, latency_ms, served_from, status = Outcome.OK, 5 + n % 90, ServedFrom.LIVE, 200
        if at_ms < 10_000:
            outcome, latency_ms, status = Outcome.FAILED, 900, 503
        elif 40_000 <= at_ms < 50_000 and n % 5 == 0:
            outcome, latency_ms, served_from = Outcome.DEGRADED, 450, ServedFrom.STALE
        elif 40_000 <= at_ms < 50_000 and n % 50 == 1:
            outcome, latency_ms, served_from = Outcome.DEGRADED, 30, ServedFrom.EMPTY
        elif n % 1000 == 777:
            outcome, latency_ms, status = Outcome.TIMEOUT, 2000, 0
        elif tier == "free" and at_ms > 60_000:
            outcome, latency_ms, status = Outcome.REJECTED, 2, 429
        made.append(
            request(
                n,
                at_ms,
                latency_ms,
                outcome,
                lag_ms=0.3,
                tier=tier,
                tenant=f"{tier}-01",
                served_from=served_from if outcome in {Outcome.OK, Outcome.DEGRADED} else None,
                status=status,
            )
        )
    return made


def verdict_text(folder: Path) -> str:
    made = records()
    limits = RateLimits(60, 10, {"free": {"search": 300}, "standard": {"search": 1500}})
    events = [
        *phase("warm-up", 0, 10),
        *phase("baseline", 10, 40),
        *phase("postgres-down", 40, 55),
        *phase("recovery", 55, 100),
        *fault(
            "refused",
            (40, 40.1, 40.2, 50, 50.1, 50.3),
            id="postgres-down.postgres.1",
            experiment="postgres-down",
        ),
    ]
    measured = replace(run_record(made), rate_limits=limits)
    run = write_run(folder, made, events, measured, readings(START_NS, 100))
    demands = Demands(
        frozenset({"availability-free", "availability-standard", "availability-enterprise"}),
        expected_experiments=("postgres-down",),
        contract=read_contract(GOLDEN.parent / "contract.yaml"),
    )
    run.write_verdict(evaluate(run, read_objectives(SHIPPED_OBJECTIVES), demands))
    return run.verdict_file.read_text()


def rounded(text: str) -> object:
    """The document with nine significant digits: the last ones of a bound differ between SciPy's releases."""
    return json.loads(text, parse_float=lambda digits: float(f"{float(digits):.9g}"))


def test_the_verdict_of_a_run_is_the_golden_one(tmp_path: Path) -> None:
    assert rounded(verdict_text(tmp_path)) == rounded(GOLDEN.read_text())


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        GOLDEN.write_text(verdict_text(Path(temporary)))

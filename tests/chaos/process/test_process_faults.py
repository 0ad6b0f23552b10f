"""Faults of processes on the real stack: felt, healed from the record alone, started as they were."""

from pathlib import Path

import psutil
import pytest

import stack
from chaos.healing import HealState
from evidence.timeline import TimelineEventName
from evidence.undo_record import left_broken
from tests.chaos.process.real_bench import RealBench
from tests.chaos.samples import SAMPLES, Sample
from tests.conftest import RealStack

pytestmark = pytest.mark.stack

LIFE = [
    TimelineEventName.INJECTING,
    TimelineEventName.INJECTED,
    TimelineEventName.VERIFIED,
    TimelineEventName.HEALING,
    TimelineEventName.HEALED,
    TimelineEventName.HEAL_VERIFIED,
]
RESTARTS = {"killed", "restarted-with", "writes-rejected"}
CASES = [
    ("frozen", Sample("postgres")),
    ("frozen", Sample("toxiproxy")),
    ("slowed", Sample("redis-state", {"running_share": 0.3, "period_ms": 300})),
    ("killed", Sample("postgres")),
    ("killed", Sample("redis-cache")),
    ("killed", Sample("toxiproxy")),
    ("worker-killed", SAMPLES["worker-killed"]),
    ("restarted-with", Sample("redis-cache", {"environment": {"TZ": "Asia/Tokyo"}})),
    ("writes-rejected", SAMPLES["writes-rejected"]),
]


@pytest.fixture
def bench(real_stack: RealStack, tmp_path: Path) -> RealBench:
    return RealBench(tmp_path, real_stack)


@pytest.mark.parametrize(("fault", "sample"), CASES, ids=lambda one: getattr(one, "target", str(one)))
def test_it_is_felt_and_healed_from_its_record_alone(bench: RealBench, fault: str, sample: Sample) -> None:
    before = bench.process(sample.target)
    actual_nice = psutil.Process(before.pid).nice()
    try:
        bench.inject(fault, sample)
    finally:
        (healing,) = bench.heal().healings
    assert healing.state is HealState.HEALED, healing.detail
    assert bench.steps() == LIFE
    assert left_broken(bench.home.undo_file) == ()
    after = bench.process(sample.target)
    assert (after.argv, after.environment, after.user, after.nice) == (
        before.argv,
        before.environment,
        before.user,
        before.nice,
    )
    assert (after.pid != before.pid) is (fault in RESTARTS)
    assert psutil.Process(after.pid).nice() == actual_nice
    assert {part.state for part in stack.status(bench.stack.settings)} == {"running"}
    assert bench.heal().healings == ()

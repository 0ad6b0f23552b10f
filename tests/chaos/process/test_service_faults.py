"""Faults of the reference service with two workers: felt, and healed from the record alone."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import stack
from chaos.healing import HealState
from evidence.stack_record import StackProcess
from stormproof.run.service import SERVICE, seed, start_service
from tests.chaos.process.real_bench import RealBench
from tests.chaos.samples import Sample
from tests.conftest import RealStack

pytestmark = pytest.mark.stack

STARTED_AGAIN = {
    "killed": Sample(SERVICE),
    "restarted-with": Sample(SERVICE, {"environment": {"SERVICE_JOURNAL_BYTES": "65536"}}),
    "secret-rotated": Sample(SERVICE, {"previous_is_believed": False}),
}


@pytest.fixture(scope="module")
def service(real_stack: RealStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    seed(real_stack.home, {"free": 1}, 10, 1, lambda _: None)
    start_service(
        real_stack.home,
        None,
        cwd=tmp_path_factory.mktemp("service"),
        own_settings={"SERVICE_WORKERS": "2"},
    )
    yield
    stack.end_processes(real_stack.settings, lambda one: one.name == SERVICE)


@pytest.fixture
def bench(real_stack: RealStack, service: None, tmp_path: Path) -> RealBench:
    return RealBench(tmp_path, real_stack)


def workers(process: StackProcess) -> set[int]:
    return {one.pid for one in psutil.Process(process.pid).children()}


def test_a_killed_worker_has_a_successor(bench: RealBench) -> None:
    process = bench.process(SERVICE)
    before = workers(process)
    bench.inject("worker-killed", Sample(SERVICE))
    assert bench.process(SERVICE) == process
    assert len(workers(process) - before) == len(before - workers(process)) == 1
    (healing,) = bench.heal().healings
    assert healing.state is HealState.HEALED, healing.detail
    assert len(workers(process)) == 2


@pytest.mark.parametrize("fault", STARTED_AGAIN)
def test_a_service_is_started_again_as_it_was(bench: RealBench, fault: str) -> None:
    before = bench.process(SERVICE)
    own = psutil.Process(before.pid).environ()
    try:
        bench.inject(fault, STARTED_AGAIN[fault])
    finally:
        (healing,) = bench.heal().healings
    assert healing.state is HealState.HEALED, healing.detail
    after = bench.process(SERVICE)
    assert after.pid != before.pid
    assert (after.argv, after.environment, after.fault) == (before.argv, before.environment, None)
    for name, value in before.environment.items():
        assert psutil.Process(after.pid).environ()[name] == value == own[name]


def test_a_frozen_service_takes_its_workers_with_it(bench: RealBench) -> None:
    process = psutil.Process(bench.process(SERVICE).pid)
    bench.inject("frozen", Sample(SERVICE))
    try:
        states = {one.status() for one in (process, *process.children())}
    finally:
        (healing,) = bench.heal().healings
    assert states == {psutil.STATUS_STOPPED}
    assert healing.state is HealState.HEALED, healing.detail

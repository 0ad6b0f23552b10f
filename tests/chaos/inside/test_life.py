"""Faults inside real dependencies: felt through the proxy, told, undone from the record alone, gone."""

from pathlib import Path

import psutil
import pytest

from chaos.address import Address
from chaos.errors import ChaosError, NotFeltError
from chaos.faults import make_fault
from chaos.healing import Healer, HealState
from chaos.holding.holder import MODULE
from chaos.toxiproxy import Toxiproxy
from evidence.ports import HOST, StackPorts
from evidence.timeline import TimelineEventName, fault_windows
from evidence.undo_record import left_broken
from tests.chaos.bench import Bench
from tests.chaos.samples import SAMPLES
from tests.conftest import RealStack

pytestmark = pytest.mark.stack

INSIDE = (
    "breaker-tripped",
    "writes-blocked",
    "index-red",
    "backends-terminated",
    "connections-exhausted",
    "locks-held",
    "read-only",
    "memory-full",
    "writes-paused",
    "clients-killed",
    "flushed",
)


def break_with(bench: Bench, stack: RealStack, fault: str) -> None:
    sample = SAMPLES[fault]
    toxiproxy = Toxiproxy(Address(HOST, StackPorts(stack.port_base).toxiproxy_admin))
    injection = bench.injection(toxiproxy, stack.home.stack_file)
    injection.break_all(make_fault(fault, sample.parameters), [sample.target])


def heal_all(bench: Bench) -> list[HealState]:
    healer = Healer(bench.home.undo_file, "heal", bench.timing)
    return [healer.heal(record).state for record in left_broken(bench.home.undo_file)]


@pytest.mark.parametrize("fault", INSIDE)
def test_it_is_felt_and_gone_again(probed: RealStack, tmp_path: Path, fault: str) -> None:
    bench = Bench(tmp_path)
    try:
        break_with(bench, probed, fault)
    finally:
        states = heal_all(bench)
    assert states == [HealState.HEALED]
    (window,) = fault_windows(bench.faults())
    assert window.failures == ()
    assert window.felt
    assert window.healed
    assert left_broken(bench.home.undo_file) == ()


def test_two_on_one_target_are_undone_one_by_one(probed: RealStack, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    try:
        break_with(bench, probed, "memory-full")
        with pytest.raises((NotFeltError, ChaosError)):
            break_with(bench, probed, "flushed")  # its key cannot be put into a full Redis
    finally:
        assert heal_all(bench) == [HealState.HEALED]
    break_with(bench, probed, "flushed")
    assert heal_all(bench) == [HealState.HEALED]


def test_a_holder_that_ended_by_itself_is_told(probed: RealStack, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    break_with(bench, probed, "locks-held")
    (record,) = left_broken(bench.home.undo_file)
    for process in psutil.process_iter(["cmdline"]):
        if {record.id, MODULE} <= set(process.info["cmdline"] or ()):
            process.kill()
            process.wait()
    heal_all(bench)
    failed = [one for one in bench.faults() if one.event is TimelineEventName.FAILED]
    assert ["is not in place" in str(one.detail["reason"]) for one in failed] == [True]


def test_locks_on_a_table_that_is_not_there_break_nothing(probed: RealStack, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    toxiproxy = Toxiproxy(Address(HOST, StackPorts(probed.port_base).toxiproxy_admin))
    injection = bench.injection(toxiproxy, probed.home.stack_file)
    fault = make_fault("locks-held", {"tables": ["nowhere"], "database": "postgres"})
    with pytest.raises(ChaosError):
        injection.break_all(fault, ["postgres"])
    assert heal_all(bench) in ([], [HealState.HEALED])


def test_indices_that_nobody_has_are_named(probed: RealStack, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    toxiproxy = Toxiproxy(Address(HOST, StackPorts(probed.port_base).toxiproxy_admin))
    injection = bench.injection(toxiproxy, probed.home.stack_file)
    with pytest.raises(ChaosError, match=r"indices: 'nowhere-\*': no open index"):
        injection.break_all(make_fault("index-red", {"indices": "nowhere-*"}), ["elasticsearch"])
    assert left_broken(bench.home.undo_file) == ()

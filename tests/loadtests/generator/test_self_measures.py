"""What the generator measures of itself, with clocks that are passed in."""

import gc
import resource
from collections.abc import Iterator
from itertools import count

import gevent
import pytest

from evidence.local_limit import LocalLimit
from loadtests.generator.gauges import Gauges, LoadReading, samples_of
from loadtests.generator.local_limits import limit_of
from loadtests.generator.self_measures.collector_pauses import CollectorPauses
from loadtests.generator.self_measures.cpu_share import CpuMeter
from loadtests.generator.self_measures.lateness import Lateness, LatenessCounter
from loadtests.generator.self_measures.loop_stalls import LoopStalls
from loadtests.generator.self_measures.wall_clock import WallClock

MS = 1_000_000


def ticking(step_ns: int) -> Iterator[int]:
    return count(0, step_ns)


def test_lateness_counts_what_is_beyond_ten_milliseconds() -> None:
    counter = LatenessCounter()
    for took_ms in (1, 10, 12, 30):
        counter.add(took_ms * MS)
    assert counter.take() == Lateness(max_s=0.03, sum_s=0.053, late_s=0.022)
    assert counter.take() == Lateness(0, 0, 0)


def test_every_collection_is_timed_until_it_is_closed() -> None:
    clock = ticking(25 * MS)
    pauses = CollectorPauses(lambda: next(clock))
    pauses.open()
    try:
        gc.collect()
        gc.collect()
    finally:
        pauses.close()
    gc.collect()
    taken = pauses.take()
    assert taken.max_s == 0.025
    assert taken.sum_s >= 0.05


def test_a_loop_that_is_held_up_is_noticed() -> None:
    now_ns = [0]
    stalls = LoopStalls(lambda: now_ns[0])
    stalls.open()
    try:
        gevent.sleep(0)  # it begins to wait for its first beat
        now_ns[0] = 510 * MS
        stopped = gevent.spawn_later(0.05, lambda: None)
        stopped.join()
    finally:
        stalls.close()
    assert stalls.take().max_s == 0.5


def test_the_share_of_a_core_is_that_since_the_last_time() -> None:
    cpu_ns, wait_ns = iter([0, 200 * MS, 900 * MS]), iter([50 * MS, 60 * MS, 260 * MS])
    meter = CpuMeter(0, lambda: next(cpu_ns), lambda: next(wait_ns))
    first, second = meter.take(1000 * MS), meter.take(2000 * MS)
    assert (first.used_ratio, first.wait_ratio) == (0.2, 0.01)
    assert (second.used_ratio, second.wait_ratio) == (0.7, 0.2)


def test_where_the_kernel_does_not_tell_there_is_no_share_of_waiting() -> None:
    cpu_ns = iter([0, 0])
    meter = CpuMeter(0, lambda: next(cpu_ns), lambda: None)
    assert meter.take(1000 * MS).wait_ratio is None


def test_a_step_of_the_wall_clock_is_its_offset() -> None:
    wall_ns = [1_000 * MS]
    clock = WallClock(lambda: 77 * MS, lambda: wall_ns[0])
    assert clock.offset_s() == 0
    wall_ns[0] += 1_500 * MS
    assert clock.offset_s() == 1.5
    wall_ns[0] -= 3_000 * MS
    assert clock.offset_s() == -1.5


def test_whoever_is_interrupted_between_two_clocks_reads_again() -> None:
    # The first reading of three takes 100 ms, in which the wall clock was read late.
    ours = iter([0, 0, 0, 0, 0, 0, 0, 100 * MS, 100 * MS, 100 * MS, 100 * MS, 100 * MS])
    walls = iter([0, 0, 0, 100 * MS, 100 * MS, 100 * MS])
    clock = WallClock(lambda: next(ours), lambda: next(walls))
    assert clock.offset_s() == 0


@pytest.mark.parametrize(
    ("number", "limit"),
    [
        (24, LocalLimit.OPEN_FILES),  # EMFILE
        (23, LocalLimit.OPEN_FILES),  # ENFILE
        (99, LocalLimit.PORTS),  # EADDRNOTAVAIL
        (105, LocalLimit.MEMORY),  # ENOBUFS
        (12, LocalLimit.MEMORY),  # ENOMEM
        (111, None),  # ECONNREFUSED is the target's
        (113, None),  # EHOSTUNREACH is the network's
        (None, None),
    ],
)
def test_what_the_machine_refuses_is_told_from_what_the_target_does(
    number: int | None, limit: LocalLimit | None
) -> None:
    assert limit_of(OSError(number, "said the kernel") if number else OSError("no number")) is limit


def test_a_reading_becomes_samples_with_units_in_their_names() -> None:
    gauges = Gauges(lambda: 5)
    gauges.open()
    gauges.refused(LocalLimit.PORTS)
    gauges.refused(LocalLimit.PORTS)
    reading = gauges.take()
    gauges.close()
    samples = list(samples_of("worker-3", reading, LoadReading(7, 100, 0.25)))
    values = {one.name: one.value for one in samples}
    assert {one.source for one in samples} == {"generator"}
    assert values["requests_in_flight"] == 7
    assert values["arrivals_called_for_total"] == 100
    assert values["dispatch_lag_seconds_max"] == 0.25
    assert values["process_resident_memory_bytes"] > 1_000_000
    (refusal,) = (one for one in samples if one.name == "local_limit_refusals")
    assert (dict(refusal.labels), refusal.value) == ({"worker": "worker-3", "limit": "local ports"}, 2.0)
    assert not gauges.take().refusals


def test_without_a_free_file_descriptor_it_goes_on_measuring() -> None:
    gauges = Gauges(lambda: 0)
    gauges.refused(LocalLimit.OPEN_FILES)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        reading = gauges.take()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert reading.refusals == ((LocalLimit.OPEN_FILES, 1),)
    assert reading.resident_bytes is None
    names = {sample.name for sample in samples_of("worker-0", reading, LoadReading(0, 0, 0.0))}
    assert "local_limit_refusals" in names
    assert "process_resident_memory_bytes" not in names

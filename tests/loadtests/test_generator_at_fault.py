"""Runs that were the generator's own fault, each really provoked: none is evidence, and each says why."""

import contextlib
import fcntl
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES
from evidence.verdict_record import ValidityCheck
from loadtests.command import EXIT_COMPLETED, EXIT_EVIDENCE_LOST, GeneratorOptions
from slo.evidence_view import open_evidence
from slo.validity.judge import check_validity
from tests.loadtests.processes import OF_THE_MACHINE, Bench, Generator, Server, records, requests

UNRULY = str(Path(__file__).with_name("unruly_generator.py"))


def broken(generator: Generator) -> dict[str, ValidityCheck]:
    """The conditions that did not hold."""
    with open_evidence(RunFolder(generator.run_dir)) as evidence:
        return {check.name: check for check in check_validity(evidence).checks if not check.held}


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@contextlib.contextmanager
def busy_core(core: int, processes: int, seconds: float) -> Iterator[None]:
    """Keeps one core busy, for a bounded time whatever becomes of the test."""
    program = (
        "import sys, time\nend = time.monotonic() + float(sys.argv[1])\nwhile time.monotonic() < end: pass"
    )
    running = [
        subprocess.Popen(
            (sys.executable, "-c", program, str(seconds)),
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509 -- no threads hold locks here
            # Where the kernel shares a core between sessions first, all of them would get one share together.
            start_new_session=True,
        )
        for _ in range(processes)
    ]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_a_generator_without_a_core_of_its_own(bench: Bench) -> None:
    core = min(os.sched_getaffinity(0))
    server = bench.server("--announce-at", "100")
    # It needs more than the thirteenth of a core that will be left to it.
    scenario = bench.scenario(rate_per_s=600, duration_s=5)
    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, prepare=lambda: os.sched_setaffinity(0, {core}), is_preferred=False)
    server.line()
    with busy_core(core, processes=12, seconds=20):
        assert generator.wait() == EXIT_COMPLETED
    found = broken(generator)
    assert {"dispatch-lag-p99-ms", "event-loop-late-share"} <= set(found)
    _, samples = records(generator.run_dir, SAMPLES)
    waited = samples[samples.name == "process_cpu_wait_ratio"].value
    if waited.empty:  # not every kernel tells
        assert "fewer personas, a lower rate, or more workers" in found["dispatch-lag-p99-ms"].reason
    else:
        assert waited.max() > 0.2
        assert "other processes held its core" in found["dispatch-lag-p99-ms"].reason


def test_a_rate_that_no_core_can_send(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=20_000, duration_s=2, timeout_s=0.5)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()), is_preferred=False)
    assert generator.wait() == EXIT_COMPLETED
    found = broken(generator)
    assert {"dispatch-lag-p99-ms", "generator-busy"} <= set(found)
    assert "the generator was the bottleneck" in found["generator-busy"].reason


def test_something_that_blocks_the_event_loop(bench: Bench) -> None:
    found = broken(unruly(bench, "blocking"))
    assert "event-loop-late-share" in found
    assert "let nothing block in a locustfile" in found["event-loop-late-share"].reason
    assert "gc-late-share" not in found


def test_garbage_collections_that_stop_everything(bench: Bench) -> None:
    found = broken(unruly(bench, "collections"))
    assert "gc-late-share" in found
    assert "the generator holds too many objects" in found["gc-late-share"].reason


def test_a_clock_that_is_set_during_the_run(bench: Bench) -> None:
    generator = unruly(bench, "clock-step")
    found = broken(generator)
    assert "clock-step-ms" in found
    assert found["clock-step-ms"].observed == pytest.approx(2000, abs=5)
    assert "let the time server finish" in found["clock-step-ms"].reason
    # The load itself did not notice those two seconds.
    assert requests(generator.run_dir).latency_ms.max() < 1900


def unruly(bench: Bench, fault: str) -> Generator:
    """A load of three seconds beyond the beginning of a fault."""
    server = bench.server()
    scenario = bench.scenario(rate_per_s=50, duration_s=5)
    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, program=(UNRULY, fault))
    assert generator.wait() == EXIT_COMPLETED, generator.log
    return generator


def test_no_file_descriptor_left_for_a_connection(bench: Bench) -> None:
    server = bench.server("--hang", "--announce-at", "100")
    scenario = bench.scenario(rate_per_s=100, duration_s=4, timeout_s=2)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    server.line()
    pid = generator.process.pid
    # What is open stays open; nothing more can be, until the first connections time out.
    resource.prlimit(
        pid, resource.RLIMIT_NOFILE, (open_files(pid), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert len(rows) == 400
    refused = rows[rows.outcome == "undelivered"]
    assert len(refused) > 50
    assert refused.detail.str.contains("open files").all()
    assert refused[["started_ns", "ended_ns"]].isna().all(axis=None)
    # What the target did is told as before.
    assert set(rows.outcome) == {"undelivered", "timeout"}
    found = broken(generator)
    assert {"local-limits", "undelivered"} <= set(found)
    assert found["local-limits"].observed == len(refused)
    assert "ulimit -n" in found["local-limits"].reason
    assert "open files" in found["undelivered"].reason


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a network of its own with few ports")
def test_no_port_left_for_a_connection(bench: Bench) -> None:
    server = bench.server("--hang", prepare=few_ports)
    scenario = bench.scenario(rate_per_s=100, duration_s=2, timeout_s=5)
    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, prepare=lambda: join_network(server))
    assert generator.wait() == EXIT_COMPLETED, generator.log
    rows = requests(generator.run_dir)
    assert rows.outcome.value_counts().to_dict() == {"undelivered": 150, "timeout": 50}
    assert rows[rows.outcome == "undelivered"].detail.str.contains("local ports").all()
    found = broken(generator)
    assert found["local-limits"].observed == 150
    assert "net.ipv4.ip_local_port_range" in found["local-limits"].reason


def few_ports() -> None:
    """A network of its own for this process: one port to listen on, fifty to connect from."""
    os.unshare(os.CLONE_NEWNET)
    with socket.socket() as any_socket:
        up = struct.pack("16sH", b"lo", 1)  # IFF_UP
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS
    Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("40000 40050")


def join_network(server: Server) -> None:
    """The network of a server."""
    handle = os.open(f"/proc/{server.process.pid}/ns/net", os.O_RDONLY)
    os.setns(handle, os.CLONE_NEWNET)
    os.close(handle)


def test_a_disk_without_room(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=400, duration_s=30)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, prepare=little_room)
    assert generator.wait() == EXIT_EVIDENCE_LOST
    found = broken(generator)
    assert {"evidence-kept", "run-ended"} <= set(found)
    assert "make room on the disk" in found["evidence-kept"].reason


def test_a_worker_that_was_killed(bench: Bench) -> None:
    server = bench.server("--announce-at", "200")
    scenario = bench.scenario(rate_per_s=100, duration_s=30)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    server.line()
    generator.send(signal.SIGKILL)
    generator.wait()
    assert {"run-ended", "record-files", "records-complete"} <= set(broken(generator))


def test_a_run_in_which_nothing_went_wrong(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=3)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    assert set(broken(generator)) <= OF_THE_MACHINE

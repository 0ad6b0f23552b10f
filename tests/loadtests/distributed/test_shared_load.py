"""Workers of one master leave the evidence that one process would, with only the network in common."""

from pathlib import Path

import pandas as pd
import pytest

from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES
from evidence.write_record import WRITES
from loadtests.command import EXIT_COMPLETED, GeneratorOptions
from slo.evaluate import Demands, evaluate
from slo.objective import Indicator, Objective
from tests.loadtests.distributed.crew import Crew, tenants_file, tenants_scenario
from tests.loadtests.processes import OF_THE_MACHINE, Bench, records, requests

MS = 1_000_000
LATENCY = Objective("latency", "any", Indicator.LATENCY, 0.5, threshold_ms=1000)


def sent(rows: pd.DataFrame, start_ns: int | None) -> pd.DataFrame:
    """What was sent, whoever sent it."""
    assert start_ns is not None
    rows["offset_ns"] = rows.intended_ns - start_ns
    columns = ["offset_ns", "persona", "tenant", "tier", "operation", "status", "outcome"]
    return rows[columns].sort_values(columns, ignore_index=True)


def test_four_workers_leave_the_evidence_of_one(bench: Bench, crew: Crew, tmp_path: Path) -> None:
    scenario = tenants_scenario(tmp_path, rate_per_s=120, duration_s=4)
    tenants = tenants_file(tmp_path)
    alone = bench.generator(
        GeneratorOptions(scenario, bench.server("--acknowledge").url, bench.run_dir(), tenants, seed=7)
    )
    server = bench.server("--acknowledge")
    master = crew.master(
        *("--scenario", str(scenario), "--tenants", str(tenants), "--seed", "7", "--host", server.url),
        *("--expect-workers", "4"),
    )
    workers = crew.workers(4)
    assert alone.wait() == EXIT_COMPLETED, alone.log
    assert master.wait() == EXIT_COMPLETED, master.log
    assert [worker.wait() for worker in workers] == [EXIT_COMPLETED] * 4

    folder, run = crew.run()
    rows = requests(folder)
    assert set(rows.worker) == {f"worker-{index}" for index in range(4)}
    one = requests(bench.run_dir())
    pd.testing.assert_frame_equal(
        sent(rows, run.load_start_ns), sent(one, RunFolder(bench.run_dir()).read_run().load_start_ns)
    )
    assert set(rows.outcome) == {"ok"}
    assert len(rows) == server.stop()["requests"]
    for worker in run.scheduled:
        assert rows[rows.worker == worker.worker].sequence.tolist() == list(range(worker.arrivals))
    _, writes = records(folder, WRITES)
    assert set(writes.worker) == set(rows.worker)
    _, samples = records(folder, SAMPLES)
    assert samples.source.eq("generator").all()
    verdict = evaluate(RunFolder(folder), (LATENCY,), Demands(frozenset()))
    unsound = {check.name: check.reason for check in verdict.validity.checks if not check.held}
    assert set(unsound) <= OF_THE_MACHINE, unsound


def test_a_worker_needs_no_file_and_its_wrong_clock_is_put_right(
    bench: Bench, crew: Crew, tmp_path: Path
) -> None:
    server = bench.server("--acknowledge")
    scenario = tenants_scenario(crew.machine("master"), rate_per_s=60, duration_s=3)
    tenants = tenants_file(crew.machine("master"))
    master = crew.master(
        *("--scenario", scenario.name, "--tenants", tenants.name, "--host", server.url),
        *("--expect-workers", "2"),
    )
    ahead = crew.worker("ahead", "--worker-index", "0", ahead_ns=7_000 * MS)
    true = crew.worker("true", "--worker-index", "1")
    assert master.wait() == EXIT_COMPLETED, master.log + ahead.log
    assert (ahead.wait(), true.wait()) == (EXIT_COMPLETED, EXIT_COMPLETED)

    folder, run = crew.run()
    wrong, right = run.workers
    assert wrong.worker == "worker-0"
    assert wrong.clock_at_start.offset_ns == pytest.approx(-7_000 * MS, abs=50 * MS)
    assert right.clock_at_start.offset_ns == pytest.approx(0, abs=50 * MS)
    for worker in run.workers:
        assert 0 < worker.clock_at_start.residual_ns < 10 * MS
        assert worker.clock_at_end is not None
        assert abs(worker.clock_at_end.offset_ns) < 10 * MS
    rows = requests(folder)
    assert set(rows.worker) == {"worker-0", "worker-1"}
    # Seven seconds would show: the two clocks' requests interleave as the schedule says.
    assert run.load_start_ns is not None
    for _, of_worker in rows.groupby("worker"):
        assert of_worker.started_ns.min() - run.load_start_ns < 1_000 * MS
        assert (of_worker.started_ns >= of_worker.intended_ns).all()
    assert set(rows.outcome) == {"ok"}
    for name in ("ahead", "true"):
        assert not [path for path in crew.machine(name).rglob("*") if path.is_file()], "no file, no record"


def test_processes_share_the_load_and_none_is_cut(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=3)
    crew = Crew(bench, tmp_path)
    locust = bench.locust(
        *("--headless", "--processes", "2", "--scenario", str(scenario), "--host", server.url),
        *("--master-bind-port", str(crew.port), "--master-port", str(crew.port)),
        cwd=crew.machine("master"),
    )
    assert locust.wait() == EXIT_COMPLETED, locust.log
    folder, run = crew.run()
    assert [one.exit_code for one in run.exits] == [0, 0]
    assert [one.arrivals for one in run.scheduled] == [150, 150]
    assert len(requests(folder)) == 300 == server.stop()["requests"]
    files, _ = records(folder, REQUESTS)
    assert files.cut == ()
    # Locust's own statistics miss nothing either.
    assert "GET      ping" in locust.log
    assert " 300     0(0.00%)" in locust.log


def test_run_time_of_the_master_is_the_end_of_the_schedule(bench: Bench, crew: Crew) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=60)
    master = crew.master("--scenario", str(scenario), "--host", server.url, "-t", "3s", "-u", "9")
    worker = crew.worker()
    assert master.wait() == EXIT_COMPLETED, master.log
    assert worker.wait() == EXIT_COMPLETED
    folder, run = crew.run()
    assert not run.interrupted
    assert len(requests(folder)) == 300 == run.scheduled[0].arrivals
    assert "-u and -r have no effect" in master.log

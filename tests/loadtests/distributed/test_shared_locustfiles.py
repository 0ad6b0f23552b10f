"""Locustfiles of a user's own, on several workers: the same arrivals, the same evidence, the same care."""

import signal
from pathlib import Path

import pandas as pd

from evidence.run_folder import RunFolder
from loadtests.command import EXIT_COMPLETED, EXIT_INTERRUPTED, EXIT_WORKERS_CHANGED, EXIT_WRONG_INPUT
from slo.evaluate import Demands, evaluate
from tests.loadtests.distributed.crew import Crew
from tests.loadtests.locust_users.test_closed_users import RECORDING
from tests.loadtests.processes import OF_THE_MACHINE, Bench, requests

OPEN = """
from locust import LoadTestShape, task
from loadtests.open_model import OpenFastHttpUser

class Pinger(OpenFastHttpUser):
    @task
    def ping(self):
        self.client.get("/ping")

class Ponger(OpenFastHttpUser):
    weight = 2
    @task
    def pong(self):
        self.client.get("/pong")

class Steps(LoadTestShape):
    def tick(self):
        run_time = self.get_run_time()
        return (30, 10) if run_time < 4 else None
"""
CLOSED = """
from locust import HttpUser, constant, task

class Pinger(HttpUser):
    wait_time = constant(0.1)
    @task
    def ping(self):
        self.client.get("/ping")
"""


def offsets(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    start_ns = RunFolder(folder).read_run().load_start_ns
    assert start_ns is not None
    rows["offset_ns"] = rows.intended_ns - start_ns
    columns = ["offset_ns", "persona", "operation", "outcome", "step"]
    return rows[columns].sort_values(columns, ignore_index=True)


def test_open_users_on_three_workers_are_those_of_one(bench: Bench, tmp_path: Path) -> None:
    locustfile = tmp_path / "shop.py"
    locustfile.write_text(OPEN)
    alone = bench.locust("--headless", "--host", bench.server().url, "--seed", "4", locustfile=locustfile)
    server = bench.server()
    crew = Crew(bench, tmp_path, locustfile)
    master = crew.master("--host", server.url, "--expect-workers", "3", "--seed", "4")
    workers = crew.workers(3)
    assert master.wait() == EXIT_COMPLETED, master.log
    assert [worker.wait() for worker in workers] == [EXIT_COMPLETED] * 3
    folder, run = crew.run()
    rows = requests(folder)
    assert set(rows.outcome) == {"ok"}
    assert len(rows) == sum(one.arrivals for one in run.scheduled) == server.stop()["requests"]

    assert alone.wait() == EXIT_COMPLETED, alone.log
    (one,) = (tmp_path / "runs").iterdir()
    pd.testing.assert_frame_equal(offsets(rows, folder), offsets(requests(one), one))


def test_closed_users_on_two_workers_leave_their_evidence(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    locustfile = tmp_path / "mine.py"
    locustfile.write_text(CLOSED)
    crew = Crew(bench, tmp_path, Path(f"{locustfile},{RECORDING}"))
    master = crew.master(
        "--host",
        server.url,
        "--expect-workers",
        "2",
        *("-u", "6", "-r", "6", "-t", "3s", "--stop-timeout", "2"),
    )
    workers = crew.workers(2)
    assert master.wait() == EXIT_COMPLETED, master.log
    assert [worker.wait() for worker in workers] == [EXIT_COMPLETED] * 2
    folder, run = crew.run()
    rows = requests(folder)
    assert set(rows.clock) == {"sent"}
    assert set(rows.worker) == {"worker-0", "worker-1"}
    assert [one.arrivals for one in run.scheduled] == rows.groupby("worker").size().tolist()
    # --stop-timeout lets each user end its task: no request is cut.
    assert len(rows) == server.stop()["requests"] > 20
    judged = evaluate(RunFolder(folder), (), Demands(frozenset()))
    unsound = {check.name: check.reason for check in judged.validity.checks if not check.held}
    assert set(unsound) <= OF_THE_MACHINE, unsound


def test_a_killed_worker_of_closed_users_makes_the_run_invalid(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("--announce-at", "100")
    locustfile = tmp_path / "mine.py"
    locustfile.write_text(CLOSED)
    crew = Crew(bench, tmp_path, Path(f"{locustfile},{RECORDING}"))
    master = crew.master("--host", server.url, "--expect-workers", "2", "-u", "8", "-r", "8")
    first, second = crew.workers(2)
    server.line()
    second.send(signal.SIGKILL)
    assert master.wait() == EXIT_WORKERS_CHANGED, master.log
    assert first.wait() == EXIT_COMPLETED, first.log
    folder, run = crew.run()
    assert sum(worker.lost is not None for worker in run.workers) == 1
    judged = evaluate(RunFolder(folder), (), Demands(frozenset()))
    assert judged.verdict.exit_code == 4
    assert "was killed" in judged.reasons[0]
    rows = requests(folder)
    for _, of_worker in rows.groupby("worker"):
        assert of_worker.sequence.tolist() == list(range(len(of_worker)))


def test_a_late_worker_of_closed_users_runs_none_of_them(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("--announce-at", "40")
    locustfile = tmp_path / "mine.py"
    locustfile.write_text(CLOSED)
    crew = Crew(bench, tmp_path, Path(f"{locustfile},{RECORDING}"))
    master = crew.master("--host", server.url, "-u", "4", "-r", "4", "--stop-timeout", "2")
    worker = crew.worker()
    server.line()
    late = crew.worker("late")
    assert master.wait() == EXIT_WORKERS_CHANGED, master.log
    assert (worker.wait(), late.wait()) == (EXIT_COMPLETED, EXIT_COMPLETED)
    folder, run = crew.run()
    assert len(run.workers) == len(run.joined_late) == 1
    assert len(requests(folder)) == server.stop()["requests"]


def test_a_load_that_cannot_start_sends_nothing(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    used = tmp_path / "used"
    (used / "requests").mkdir(parents=True)
    (used / "requests" / "worker-0.arrows").touch()
    locustfile = tmp_path / "mine.py"
    locustfile.write_text(CLOSED)
    crew = Crew(bench, tmp_path, Path(f"{locustfile},{RECORDING}"))
    master = crew.master(
        *("--host", server.url, "--expect-workers", "2", "-u", "20", "-r", "20", "--run-dir", str(used)),
        # Its last second of statistics is waited for, while workers live.
        *("--csv", str(tmp_path / "statistics")),
    )
    workers = crew.workers(2)
    assert master.wait() == EXIT_WRONG_INPUT, master.log
    assert "has recorded in this run folder before" in master.log
    for worker in workers:
        worker.wait()
    assert server.stop()["requests"] == 0


def test_who_interrupts_a_load_that_is_being_prepared_is_not_told_of_a_success(
    bench: Bench, tmp_path: Path
) -> None:
    locustfile = tmp_path / "mine.py"
    locustfile.write_text(CLOSED)
    crew = Crew(bench, tmp_path, Path(f"{locustfile},{RECORDING}"))
    master = crew.master("--host", bench.server().url, "--expect-workers", "1", "-t", "60s")
    worker = crew.worker()
    # Then it measures the clock of its worker, for longer than a signal takes.
    crew.wait_for_log(master, "Sending spawn jobs")
    master.send(signal.SIGINT)
    assert master.wait() == EXIT_INTERRUPTED, master.log
    worker.wait()

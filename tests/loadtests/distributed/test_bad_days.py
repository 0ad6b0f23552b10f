"""What goes wrong between a master and its workers is told, and never ends green."""

import resource
import signal
from pathlib import Path

import pandas as pd

from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from loadtests.command import (
    EXIT_COMPLETED,
    EXIT_EVIDENCE_LOST,
    EXIT_INTERRUPTED,
    EXIT_WORKERS_CHANGED,
    EXIT_WRONG_INPUT,
)
from slo.evaluate import Demands, evaluate
from tests.loadtests.distributed.crew import Crew
from tests.loadtests.processes import Bench, Generator, Server, records, requests, sent


def begin(
    crew: Crew, bench: Bench, *, rate_per_s: float = 100, duration_s: float = 30, at_request: int = 100
) -> tuple[Server, Generator, list[Generator]]:
    """Two workers that are under way: the target has answered so many requests."""
    server = bench.server("--announce-at", str(at_request))
    scenario = bench.scenario(rate_per_s=rate_per_s, duration_s=duration_s)
    master = crew.master("--scenario", str(scenario), "--host", server.url, "--expect-workers", "2")
    workers = [crew.worker(f"machine-{index}", "--worker-index", str(index)) for index in range(2)]
    server.line()
    return server, master, workers


def verdict(folder: Path) -> VerdictRecord:
    return evaluate(RunFolder(folder), (), Demands(frozenset()))


def assert_no_gap(rows: pd.DataFrame) -> None:
    for _, of_worker in rows.groupby("worker"):
        assert of_worker.sequence.tolist() == list(range(len(of_worker)))


def test_a_killed_worker_makes_the_run_invalid_and_loses_a_second_at_most(bench: Bench, crew: Crew) -> None:
    _, master, (first, second) = begin(crew, bench, rate_per_s=200, at_request=400)
    second.send(signal.SIGKILL)
    assert master.wait() == EXIT_WORKERS_CHANGED, master.log
    assert first.wait() == EXIT_COMPLETED
    folder, run = crew.run()
    assert run.workers[0].lost is None
    assert run.workers[1].lost is not None
    assert "killed" in run.workers[1].lost
    assert not run.interrupted
    judged = verdict(folder)
    assert judged.verdict.exit_code == 4
    assert f"worker-1 ({run.workers[1].node})" in judged.reasons[0]
    assert "run it again" in judged.reasons[0]
    files, rows = records(folder, REQUESTS)
    assert files.cut == ("worker-1",)
    assert_no_gap(requests(folder))
    # 200 arrivals each by then, of which the 100 of the last second at most are lost, and a moment's.
    assert (rows.worker == "worker-1").sum() >= 90
    assert (rows.worker == "worker-0").sum() == run.scheduled[0].arrivals
    assert run.scheduled[1].arrivals == 3000


def test_a_killed_only_worker_ends_the_master_too(bench: Bench, crew: Crew) -> None:
    server = bench.server("--announce-at", "100")
    scenario = bench.scenario(rate_per_s=100, duration_s=60)
    master = crew.master("--scenario", str(scenario), "--host", server.url)
    worker = crew.worker()
    server.line()
    worker.send(signal.SIGKILL)
    assert master.wait() == EXIT_WORKERS_CHANGED, master.log
    folder, run = crew.run()
    assert run.workers[0].lost is not None
    assert verdict(folder).verdict.exit_code == 4


def test_a_worker_that_is_stopped_alone_leaves_its_records_and_an_invalid_run(
    bench: Bench, crew: Crew
) -> None:
    _, master, (first, second) = begin(crew, bench)
    second.send(signal.SIGTERM)
    assert second.wait() == EXIT_INTERRUPTED, second.log
    assert master.wait() == EXIT_WORKERS_CHANGED, master.log
    assert first.wait() == EXIT_COMPLETED
    folder, run = crew.run()
    assert run.workers[1].lost is not None
    assert "before the end of its share" in run.workers[1].lost
    assert run.workers[1].clock_at_end is not None
    assert verdict(folder).verdict.exit_code == 4
    assert records(folder, REQUESTS)[0].cut == ()
    assert_no_gap(requests(folder))


def test_a_worker_that_joins_late_has_no_share_and_makes_the_run_invalid(bench: Bench, crew: Crew) -> None:
    server, master, workers = begin(crew, bench)
    late = crew.worker("late")
    assert master.wait() == EXIT_WORKERS_CHANGED, master.log
    assert [worker.wait() for worker in (*workers, late)] == [EXIT_COMPLETED] * 3
    assert "joined after the start of the load" in late.log
    folder, run = crew.run()
    assert len(run.workers) == 2
    assert len(run.joined_late) == 1
    assert not run.interrupted
    judged = verdict(folder)
    assert judged.verdict.exit_code == 4
    assert f"{run.joined_late[0]} joined after the start" in judged.reasons[0]
    rows = requests(folder)
    assert_no_gap(rows)
    assert sum(one.arrivals for one in run.scheduled) == len(rows)
    assert len(sent(rows)) == server.stop()["requests"]


def test_the_master_s_interrupt_ends_all_in_good_order(bench: Bench, crew: Crew) -> None:
    server, master, workers = begin(crew, bench)
    master.send(signal.SIGINT)
    assert master.wait() == EXIT_INTERRUPTED, master.log
    assert [worker.wait() for worker in workers] == [EXIT_INTERRUPTED] * 2
    folder, run = crew.run()
    assert run.interrupted
    assert [one.exit_code for one in run.exits] == [EXIT_INTERRUPTED] * 2
    rows = requests(folder)
    assert_no_gap(rows)
    assert sum(one.arrivals for one in run.scheduled) == len(rows)
    assert len(sent(rows)) == server.stop()["requests"]


def test_ctrl_c_on_all_processes_at_once_loses_nothing(bench: Bench, crew: Crew) -> None:
    server = bench.server("--announce-at", "200", "--slow-every", "1", "--slow-s", "0.5")
    locust = bench.locust(
        *("--headless", "--processes", "2", "--host", server.url),
        *("--scenario", str(bench.scenario(rate_per_s=100, duration_s=30))),
        *("--master-bind-port", str(crew.port), "--master-port", str(crew.port)),
        cwd=crew.machine("master"),
        process_group=0,
    )
    server.line()
    locust.send_to_group(signal.SIGINT)
    assert locust.wait() in {EXIT_INTERRUPTED, EXIT_WORKERS_CHANGED}, locust.log
    folder, _ = crew.run()
    rows = requests(folder)
    assert_no_gap(rows)
    assert set(sent(rows).outcome) == {"ok"}
    assert len(sent(rows)) == server.stop()["requests"]
    assert verdict(folder).verdict.exit_code == 4


def test_a_full_disk_on_the_master_stops_the_run_and_keeps_what_was_written(bench: Bench, crew: Crew) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    server = bench.server()
    scenario = bench.scenario(rate_per_s=400, duration_s=60)
    master = crew.master(
        "--scenario", str(scenario), "--host", server.url, "--expect-workers", "1", prepare=little_room
    )
    worker = crew.worker()
    assert master.wait() == EXIT_EVIDENCE_LOST, master.log
    assert "The evidence cannot be written" in master.log
    assert worker.wait() == EXIT_COMPLETED, worker.log
    folder, _ = crew.run()
    rows = requests(folder)
    assert len(rows) > 100
    assert_no_gap(rows)
    assert verdict(folder).verdict.exit_code == 4


def test_too_few_workers_are_told_and_nothing_is_sent(bench: Bench, crew: Crew) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=2)
    master = crew.master(
        *("--scenario", str(scenario), "--host", server.url),
        *("--expect-workers", "2", "--expect-workers-max-wait", "3"),
    )
    worker = crew.worker()
    assert master.wait() == 1, "Locust's own exit code for this"
    assert worker.wait() == EXIT_COMPLETED
    assert not crew.run_dirs()
    assert server.stop()["requests"] == 0


def test_a_worker_that_cannot_reach_the_target_declines_and_says_why(bench: Bench, crew: Crew) -> None:
    scenario = bench.scenario(rate_per_s=100, duration_s=2)
    master = crew.master("--scenario", str(scenario), "--host", "http://no-such-host.invalid")
    worker = crew.worker()
    assert master.wait() == EXIT_WRONG_INPUT, master.log
    assert "no-such-host.invalid has no address" in master.log
    assert worker.wait() == EXIT_COMPLETED, worker.log
    assert not crew.run_dirs()


def test_a_worker_with_another_locustfile_is_named(bench: Bench, crew: Crew, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text("from locust import User\nclass ScenarioUser(User):\n    pass\n")
    scenario = bench.scenario(rate_per_s=100, duration_s=2)
    master = crew.master("--scenario", str(scenario), "--host", "http://127.0.0.1:1")
    worker = crew.worker("stranger", locustfile=other)
    assert master.wait() == EXIT_WRONG_INPUT, master.log
    assert "does its locustfile load stormproof" in master.log
    worker.wait()
    assert not crew.run_dirs()


def test_a_wrong_scenario_is_told_before_any_worker_is_waited_for(crew: Crew) -> None:
    master = crew.master("--scenario", "nowhere.yaml", "--host", "http://127.0.0.1:1")
    assert master.wait() == EXIT_WRONG_INPUT
    assert "nowhere.yaml" in master.log

"""One master, several tests in turn: each with a run folder, each with the workers that are there."""

import signal

from evidence.run_folder import RunFolder
from loadtests.command import EXIT_COMPLETED
from tests.loadtests.distributed.crew import Crew
from tests.loadtests.ended_runs import wait_for_end
from tests.loadtests.locust_users.web_ui import start_web_ui
from tests.loadtests.processes import Bench, requests, sent
from tests.loadtests.waiting import wait_until


def test_a_master_starts_stops_and_starts_again(bench: Bench, crew: Crew) -> None:
    server = bench.server("--announce-at", "150")
    ui = start_web_ui(
        bench,
        *("--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(crew.port)),
        *("--scenario", str(bench.scenario(rate_per_s=50, duration_s=2))),
        cwd=crew.machine("master"),
    )
    form = {"user_count": "1", "spawn_rate": "1", "host": server.url}

    def wait_for_workers(count: int) -> None:
        wait_until(lambda: ui.worker_count() == count, f"{count} workers", timeout_s=60)

    first = crew.worker("first")
    wait_for_workers(1)
    assert ui.post("/swarm", **form)["success"]
    wait_for_end(crew.machine("master"), runs=1)
    ui.wait_for_state("stopped")

    second = crew.worker("second")
    wait_for_workers(2)
    assert ui.post("/swarm", **{**form, "duration_s": "60"})["success"]
    server.line()
    assert ui.post("/stop")["success"]
    ui.wait_for_state("stopped")
    wait_for_workers(2)

    assert ui.post("/swarm", **{**form, "duration_s": "1", "seed": "3"})["success"]
    wait_for_end(crew.machine("master"), runs=3)
    ui.wait_for_state("stopped")

    alone, stopped, again = crew.run_dirs()
    run = RunFolder(alone).read_run()
    assert [one.arrivals for one in run.scheduled] == [100]
    assert len(requests(alone)) == 100
    assert not run.interrupted
    run = RunFolder(stopped).read_run()
    assert run.interrupted
    assert len(run.workers) == 2
    assert all(worker.lost is None for worker in run.workers)
    assert sum(one.arrivals for one in run.scheduled) == len(requests(stopped)) >= 50
    run = RunFolder(again).read_run()
    assert [one.arrivals for one in run.scheduled] == [25, 25]
    assert run.seeds == {"arrivals": 3}
    assert len(requests(again)) == 50
    assert server.stop()["requests"] == 150 + len(sent(requests(stopped)))

    ui.locust.send(signal.SIGTERM)
    assert ui.locust.wait() == EXIT_COMPLETED, ui.locust.log
    assert (first.wait(), second.wait()) == (EXIT_COMPLETED, EXIT_COMPLETED)


def test_a_master_without_workers_says_so_and_starts_nothing(bench: Bench, crew: Crew) -> None:
    ui = start_web_ui(
        bench,
        *("--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(crew.port)),
        *("--expect-workers", "2", "--scenario", str(bench.scenario(rate_per_s=50, duration_s=2))),
        cwd=crew.machine("master"),
    )
    server = bench.server()
    crew.worker("only")
    wait_until(lambda: ui.worker_count() == 1, "the worker", timeout_s=60)
    ui.post("/swarm", user_count="1", spawn_rate="1", host=server.url)
    ui.wait_for_log("1 of 2 expected workers are ready")
    assert not crew.run_dirs()
    assert server.stop()["requests"] == 0

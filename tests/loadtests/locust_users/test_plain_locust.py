"""The scenario's locustfile does what a Locust user expects of any."""

import csv
import signal
from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from tests.loadtests.ended_runs import run_folders, wait_for_end
from tests.loadtests.locust_users.web_ui import start_web_ui
from tests.loadtests.processes import Bench, Generator, requests, sent
from tests.loadtests.waiting import wait_until


def headless(bench: Bench, url: str, scenario: Path, *arguments: str) -> Generator:
    return bench.locust("--headless", "--host", url, "--scenario", str(scenario), *arguments)


@pytest.mark.parametrize(("options", "code"), [((), 1), (("--exit-code-on-error", "7"), 7)])
def test_failed_requests_decide_the_exit_code_as_in_any_locust(
    bench: Bench, options: tuple[str, ...], code: int
) -> None:
    server = bench.server("--drop")
    scenario = bench.scenario(rate_per_s=50, duration_s=1)
    locust = headless(bench, server.url, scenario, "--run-dir", str(bench.run_dir()), *options)
    assert locust.wait() == code, locust.log
    assert RunFolder(bench.run_dir()).read_run().exits[0].exit_code == 0
    assert set(requests(bench.run_dir()).outcome) == {"connection"}


def test_without_failures_it_exits_0(bench: Bench) -> None:
    server = bench.server()
    locust = headless(bench, server.url, bench.scenario(rate_per_s=50, duration_s=1))
    assert locust.wait() == 0, locust.log


def test_run_time_shortens_the_schedule_and_cuts_nothing(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    locust = headless(bench, server.url, bench.scenario(rate_per_s=50, duration_s=30), "-t", "2s")
    assert locust.wait() == 0, locust.log
    (folder,) = run_folders(tmp_path)
    run = RunFolder(folder).read_run()
    assert not run.interrupted
    assert run.scheduled[0].arrivals == 100 == len(requests(folder)) == server.stop()["requests"]


def test_a_short_run_time_is_not_eaten_by_the_start(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    locust = headless(bench, server.url, bench.scenario(rate_per_s=50, duration_s=30), "-t", "1s")
    assert locust.wait() == 0, locust.log
    (folder,) = run_folders(tmp_path)
    assert len(requests(folder)) == 50 == server.stop()["requests"]


def test_users_have_no_effect_and_it_says_so(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    locust = headless(bench, server.url, bench.scenario(rate_per_s=50, duration_s=1), "-u", "5", "-r", "5")
    assert locust.wait() == 0
    assert "-u and -r have no effect: the rates of scenario ping" in locust.log
    assert server.stop()["requests"] == 50


def test_csv_and_html_show_latency_from_the_intended_instant(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("--freeze-at", "100", "--freeze-s", "1.5")
    scenario = bench.scenario(rate_per_s=100, duration_s=3)
    csv_prefix, html = tmp_path / "csv" / "of", tmp_path / "report.html"
    locust = headless(bench, server.url, scenario, "--csv", str(csv_prefix), "--html", str(html))
    assert locust.wait() == 0, locust.log
    with Path(f"{csv_prefix}_stats.csv").open(newline="") as file:
        (ping,) = [row for row in csv.DictReader(file) if row["Name"] == "ping"]
    (folder,) = run_folders(tmp_path)
    rows = requests(folder)
    assert int(ping["Request Count"]) == 300 == len(rows)
    # Half the arrivals came while the server was frozen: a closed model would show one slow request.
    assert float(ping["Average Response Time"]) == pytest.approx(rows.latency_ms.mean(), rel=0.01)
    assert float(ping["75%"]) > 500
    assert "ping" in html.read_text()


def test_nothing_is_left_where_the_load_could_not_start(bench: Bench, tmp_path: Path) -> None:
    locust = headless(bench, "http://no-such-host.invalid", bench.scenario(rate_per_s=50, duration_s=1))
    assert locust.wait() == 2
    assert not run_folders(tmp_path)


def test_the_web_ui_starts_stops_and_starts_again_with_a_run_folder_each(
    bench: Bench, tmp_path: Path
) -> None:
    server = bench.server("--announce-at", "60")
    ui = start_web_ui(bench, "--scenario", str(bench.scenario(rate_per_s=50, duration_s=2)))
    form = {"user_count": "1", "spawn_rate": "1", "host": server.url, "seed": "1"}
    # The schedule ends and the test with it, the UI stays.
    assert ui.post("/swarm", **form)["success"]
    wait_for_end(tmp_path, runs=1)
    ui.wait_for_state("stopped")
    # A longer one is stopped by hand.
    assert ui.post("/swarm", **{**form, "duration_s": "60", "seed": "2"})["success"]
    server.line()
    wait_until(lambda: len(run_folders(tmp_path)) == 2, "a second run folder")
    assert ui.post("/stop")["success"]
    ui.wait_for_state("stopped")

    first, second = run_folders(tmp_path)
    run = RunFolder(first).read_run()
    assert not run.interrupted
    assert run.scheduled[0].arrivals == 100 == len(requests(first))
    run = RunFolder(second).read_run()
    assert run.interrupted, "it was stopped before its end"
    assert run.seeds == {"arrivals": 2}
    assert run.scheduled[0].arrivals == len(requests(second))
    assert server.stop()["requests"] == 100 + len(sent(requests(second)))
    ui.locust.send(signal.SIGTERM)
    assert ui.locust.wait() == 0, ui.locust.log


def test_the_form_may_bring_the_scenario(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    ui = start_web_ui(bench)
    scenario = str(bench.scenario(rate_per_s=50, duration_s=1))
    form = {"user_count": "1", "spawn_rate": "1", "host": server.url}
    ui.post("/swarm", **form, scenario="nowhere.yaml")
    ui.wait_for_log("nowhere.yaml")
    ui.wait_for_state("stopped")
    ui.post("/swarm", **form, scenario=scenario)
    folder = wait_for_end(tmp_path, runs=1)
    assert len(requests(folder)) == 50

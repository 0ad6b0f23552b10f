"""A user's own classes made open by one line: arrivals wait for nobody, every request is recorded."""

import csv
import signal
import sys
from pathlib import Path

import pandas as pd
import pytest

from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from loadtests.command import EXIT_COMPLETED, EXIT_WRONG_INPUT, LOCUSTFILE
from tests.loadtests.processes import Bench, Generator, requests, sent

PING = """
from locust import task
from loadtests.open_model import {base} as HttpUser

class Pinger(HttpUser):
    @task
    def ping(self):
        self.client.get("/ping")
"""
BASES = ("OpenHttpUser", "OpenFastHttpUser")


def run_locust(bench: Bench, folder: Path, text: str, url: str, *options: str) -> Generator:
    locustfile = folder / "shop.py"
    locustfile.write_text(text)
    return bench.locust("--headless", "--host", url, *options, locustfile=locustfile)


def the_run(folder: Path) -> tuple[RunRecord, pd.DataFrame]:
    (run_dir,) = (folder / "runs").iterdir()
    assert run_dir.name.endswith("Z-shop")
    return RunFolder(run_dir).read_run(), requests(run_dir)


@pytest.mark.parametrize("base", BASES)
def test_users_are_arrivals_a_second_and_a_slow_target_holds_none_back(
    bench: Bench, tmp_path: Path, base: str
) -> None:
    server = bench.server("--slow-every", "4", "--slow-s", "1.5")
    options = ("-u", "60", "-r", "60", "-t", "3s", "--arrivals", "constant")
    locust = run_locust(bench, tmp_path, PING.format(base=base), server.url, *options)
    assert locust.wait() == EXIT_COMPLETED, locust.log
    run, rows = the_run(tmp_path)
    assert run.scheduled[0].arrivals == 180 == len(rows)
    assert not run.interrupted
    assert run.target == server.url
    assert set(rows.clock) == {"intended"}
    assert set(rows.persona) == {"Pinger"}
    assert set(rows.operation) == {"/ping"}
    assert set(rows.outcome) == {"ok"}
    assert rows.sequence.tolist() == list(range(180))
    assert rows.intended_ns.diff().dropna().between(16_666_660, 16_666_670).all()
    # A closed model with as many users would take them turn by turn; here 45 wait at once.
    assert rows.lag_ms.median() < 100
    assert (rows.latency_ms > 1400).sum() == 45
    assert server.stop()["requests"] == 180


def test_the_statistics_count_from_the_intended_instant(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("--freeze-at", "60", "--freeze-s", "1.5")
    options = ("-u", "60", "-r", "60", "-t", "3s", "--arrivals", "constant", "--csv", "of")
    locust = run_locust(bench, tmp_path, PING.format(base=BASES[1]), server.url, *options)
    assert locust.wait() == EXIT_COMPLETED, locust.log
    _, rows = the_run(tmp_path)
    with (tmp_path / "of_stats.csv").open(newline="") as file:
        (ping,) = [row for row in csv.DictReader(file) if row["Name"] == "/ping"]
    assert int(ping["Request Count"]) == len(rows) == 180
    assert float(ping["Average Response Time"]) == pytest.approx(rows.latency_ms.mean(), rel=0.01)
    assert float(ping["Average Response Time"]) > 300


SESSION = """
import gevent
from locust import SequentialTaskSet, constant, tag, task
from loadtests.open_model import OpenHttpUser

class Order(SequentialTaskSet):
    wait_time = constant(0.05)
    @task
    def basket(self):
        self.client.get("/basket", context={"tenant": "t-1", "tier": "gold"})
    @task
    def pay(self):
        with self.client.get("/pay", catch_response=True) as answer:
            answer.failure("no money")

class Shopper(OpenHttpUser):
    weight = 3
    tasks = [Order]
    def on_start(self):
        self.client.get("/login")

class Browser(OpenHttpUser):
    @tag("pages")
    @task
    def pages(self):
        self.client.get("/one", name="page")
        greenlets = [gevent.spawn(self.client.get, "/picture", name="picture") for _ in range(2)]
        gevent.joinall(greenlets)
    @tag("silent")
    @task
    def silent(self):
        pass
"""


def test_what_follows_in_a_task_is_a_step_with_an_instant_of_its_own(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    options = ("-u", "40", "-r", "40", "-t", "3s", "--exit-code-on-error", "5", "-E", "silent")
    locust = run_locust(bench, tmp_path, SESSION, server.url, *options)
    assert locust.wait() == 5, "payments fail, as the locustfile says"
    run, rows = the_run(tmp_path)
    first = rows[rows.step == 0]
    assert len(first) == run.scheduled[0].arrivals
    assert first.sequence.tolist() == list(range(len(first)))
    assert set(first.clock) == {"intended"}
    following = rows[rows.step > 0]
    assert set(following.clock) == {"sent"}
    assert (following.intended_ns == following.started_ns).all()
    # Three of four arrivals are shoppers'.
    assert (first.persona == "Shopper").mean() == pytest.approx(0.75, abs=0.15)
    # A new shopper logs in first, a used one does not.
    logins = rows[rows.operation == "/login"]
    assert 1 <= len(logins) < (first.persona == "Shopper").sum()
    assert (logins.step == 0).all()
    for _, of_arrival in rows[rows.persona == "Shopper"].groupby("sequence"):
        assert of_arrival.sort_values("step").operation.tolist()[-2:] == ["/basket", "/pay"]
        assert of_arrival.step.tolist() == list(range(len(of_arrival)))
    for _, of_arrival in rows[rows.persona == "Browser"].groupby("sequence"):
        assert of_arrival.sort_values("step").operation.tolist() == ["page", "picture", "picture"]
    paid = rows[rows.operation == "/pay"]
    assert set(paid.outcome) == {"wrong"}
    assert paid.detail.str.contains("no money").all()
    baskets = rows[rows.operation == "/basket"]
    assert set(baskets.tenant) == {"t-1"}
    assert set(baskets.tier) == {"gold"}
    # The wait between the tasks of a sequence is its user's, and honoured.
    both = paid.merge(baskets, on="sequence", suffixes=("_pay", "_basket"))
    assert ((both.started_ns_pay - both.ended_ns_basket) >= 50_000_000).all()


FAULTY = """
from locust import task
from locust.exception import StopUser
from loadtests.open_model import OpenHttpUser

class Faulty(OpenHttpUser):
    made = 0
    def on_start(self):
        type(self).made += 1
        if type(self).made == 1:
            raise RuntimeError("the first never starts")
    @task(2)
    def fails(self):
        self.client.get("/before")
        raise RuntimeError("halfway")
    @task
    def leaves(self):
        raise StopUser()
    @task
    def sends_nothing(self):
        pass
"""


def test_an_arrival_whose_task_sends_nothing_is_recorded_as_undelivered(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    options = ("-u", "50", "-r", "50", "-t", "2s", "--arrivals", "constant")
    locust = run_locust(bench, tmp_path, FAULTY, server.url, *options)
    assert locust.wait() == 1, "Locust's own exit code for exceptions"
    _, rows = the_run(tmp_path)
    assert rows.sequence.tolist() == list(range(100))
    unsent = rows[rows.outcome == "undelivered"]
    assert set(rows.outcome) == {"ok", "undelivered"}
    for reason in ("the first never starts", "its user stopped itself", "its task made no request"):
        assert unsent.detail.str.contains(reason).any(), reason
    assert server.stop()["requests"] == (rows.outcome == "ok").sum() == pytest.approx(50, abs=20)
    assert "halfway" in locust.log


def test_without_a_run_time_it_goes_on_until_it_is_stopped(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("--announce-at", "100")
    locust = run_locust(bench, tmp_path, PING.format(base=BASES[0]), server.url, "-u", "50", "-r", "50")
    server.line()
    locust.send(signal.SIGINT)
    assert locust.wait() == EXIT_COMPLETED, locust.log
    run, rows = the_run(tmp_path)
    assert not run.interrupted, "there is no other end"
    assert run.scheduled[0].arrivals == len(rows)
    assert len(sent(rows)) == server.stop()["requests"] >= 100


def test_a_hanging_target_does_not_hang_the_end(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("--hang")
    options = ("-u", "20", "-r", "20", "-t", "1s", "--arrivals", "constant")
    locust = run_locust(bench, tmp_path, PING.format(base=BASES[0]), server.url, *options)
    assert locust.wait() == 1
    _, rows = the_run(tmp_path)
    assert rows.sequence.tolist() == list(range(20))
    assert set(rows.outcome) == {"timeout"}
    assert (rows.latency_ms > 5_000).all()


SHAPE = """
from locust import LoadTestShape

class Steps(LoadTestShape):
    def tick(self):
        run_time = self.get_run_time()
        if run_time < 1:
            return 20, 100
        if run_time < 3:
            return 80, 100
        return None
"""


def test_a_shape_is_a_rate_and_its_end_the_end(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    text = PING.format(base=BASES[1]) + SHAPE
    locust = run_locust(bench, tmp_path, text, server.url, "--arrivals", "constant")
    assert locust.wait() == EXIT_COMPLETED, locust.log
    run, rows = the_run(tmp_path)
    assert not run.interrupted
    assert run.load_start_ns is not None
    second = (rows.intended_ns - run.load_start_ns) // 1_000_000_000
    assert second.value_counts().sort_index().tolist() == [20, 80, 80]
    assert run.scheduled[0].arrivals == 180


def test_a_shape_cannot_drive_a_scenario_and_that_is_said(bench: Bench, tmp_path: Path) -> None:
    shape = tmp_path / "shape.py"
    shape.write_text(SHAPE)
    scenario = bench.scenario(rate_per_s=10, duration_s=1)
    both = Path(f"{LOCUSTFILE},{shape}")
    locust = bench.locust(
        "--headless", "--host", "http://127.0.0.1:1", "--scenario", str(scenario), locustfile=both
    )
    assert locust.wait() == EXIT_WRONG_INPUT
    assert "LoadTestShape: Steps: a scenario has its own rates" in locust.log


def test_open_and_closed_classes_do_not_mix(bench: Bench, tmp_path: Path) -> None:
    text = PING.format(base=BASES[0]) + "\nfrom locust import User\nclass Other(User):\n    pass\n"
    locust = run_locust(bench, tmp_path, text, "http://127.0.0.1:1")
    assert locust.wait() == EXIT_WRONG_INPUT
    assert "Pinger and Other: must all be open users" in locust.log


def test_no_arrivals_at_all_are_refused(bench: Bench, tmp_path: Path) -> None:
    locust = run_locust(bench, tmp_path, PING.format(base=BASES[0]), "http://127.0.0.1:9", "-u", "0")
    assert locust.wait() == EXIT_WRONG_INPUT
    assert "-u: 0: must be above 0: the arrivals per second" in locust.log
    assert not (tmp_path / "runs").exists()


def test_tags_that_leave_no_task_are_told(bench: Bench, tmp_path: Path) -> None:
    locust = run_locust(bench, tmp_path, PING.format(base=BASES[0]), "http://127.0.0.1:1", "-T", "nothing")
    assert locust.wait() == EXIT_WRONG_INPUT
    assert "must have tasks that --tags and --exclude-tags leave" in locust.log


def test_a_single_user_can_still_be_run_for_looking_at_it(bench: Bench, tmp_path: Path) -> None:
    text = PING.format(base=BASES[0]).replace(
        'self.client.get("/ping")', 'self.client.get("/ping"); print("pinged"); raise SystemExit(9)'
    )
    text += (
        '\nif __name__ == "__main__":\n    from locust import run_single_user\n    run_single_user(Pinger)\n'
    )
    script = tmp_path / "shop.py"
    script.write_text(
        text.replace("class Pinger(HttpUser):", f'class Pinger(HttpUser):\n    host = "{bench.server().url}"')
    )
    debugged = bench.start((sys.executable, str(script)), run_dir=tmp_path)
    assert debugged.wait() == 9, debugged.log
    assert "pinged" in debugged.log

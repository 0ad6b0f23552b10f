"""A locustfile that nobody changed: what its users did is evidence, marked as counted from the send."""

import signal
from pathlib import Path

import pandas as pd
import pytest

from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from evidence.verdict_record import Verdict
from loadtests.command import EXIT_COMPLETED, EXIT_INTERRUPTED
from slo.evaluate import Demands, evaluate
from slo.objective import Indicator, Objective
from tests.loadtests.processes import Bench, Generator, requests

RECORDING = Path(__file__).parents[3] / "loadtests" / "recording.py"
AVAILABILITY = Objective("availability", "any", Indicator.AVAILABILITY, 0.5)

UNCHANGED = """
import gevent
from locust import HttpUser, FastHttpUser, constant, events, task
from locust.exception import RescheduleTask

class Buyer(HttpUser):
    wait_time = constant(0.1)
    @task
    def buy(self):
        self.client.get("/buy")
        self.client.get("/missing", name="called")

class Looker(FastHttpUser):
    wait_time = constant(0.1)
    @task
    def look(self):
        gevent.spawn(self.client.get, "/look").join()

@events.request.add_listener
def fail_fast(name, **_):
    if name == "called":
        raise RescheduleTask()
"""


def run_locust(bench: Bench, folder: Path, url: str, *options: str, text: str = UNCHANGED) -> Generator:
    locustfile = folder / "mine.py"
    locustfile.write_text(text)
    both = Path(f"{locustfile},{RECORDING}")
    return bench.locust("--headless", "--host", url, *options, locustfile=both)


def the_run(folder: Path) -> tuple[RunFolder, RunRecord, pd.DataFrame]:
    (run_dir,) = (folder / "runs").iterdir()
    return RunFolder(run_dir), RunFolder(run_dir).read_run(), requests(run_dir)


def test_a_duration_in_seconds_ends_it_as_a_run_time_does(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    locust = run_locust(bench, tmp_path, server.url, "-u", "2", "-r", "2", "--duration-s", "1.5")
    assert locust.wait() == EXIT_COMPLETED, locust.log
    _, run, rows = the_run(tmp_path)
    assert not run.interrupted
    assert (rows.ended_ns.max() - rows.started_ns.min()) / 1e9 == pytest.approx(1.5, abs=0.8)


def test_every_request_of_every_user_is_recorded(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    locust = run_locust(bench, tmp_path, server.url, "-u", "4", "-r", "4", "-t", "3s")
    assert locust.wait() == EXIT_COMPLETED, locust.log
    folder, run, rows = the_run(tmp_path)
    # -t counts from the start of the load.
    assert (rows.ended_ns.max() - rows.started_ns.min()) / 1e9 == pytest.approx(3, abs=0.8)
    assert run.scenario == "mine"
    assert run.target == server.url
    assert not run.interrupted
    # A request whose user was stopped in the middle of it is nobody's record: Locust does not tell of it.
    assert 0 <= server.stop()["requests"] - len(rows) <= 4
    assert len(rows) > 20
    assert rows.sequence.tolist() == list(range(len(rows)))
    assert run.scheduled[0].arrivals == len(rows)
    assert set(rows.clock) == {"sent"}
    assert (rows.intended_ns == rows.started_ns).all()
    assert (rows.step == 0).all()
    by_persona = rows.groupby("persona").operation.unique()
    assert set(by_persona["Buyer"]) == {"/buy", "called"}
    assert set(by_persona["Looker"]) == {"/look"}
    assert set(rows.outcome) == {"ok"}
    assert (rows.bytes == 17).all()
    assert run.load_start_ns is not None
    assert (rows.started_ns >= run.load_start_ns - 10_000_000).all()
    judged = evaluate(folder, (AVAILABILITY,), Demands(frozenset({AVAILABILITY.name})))
    assert judged.verdict is Verdict.MET, judged.reasons


ANSWERS = """
from locust import HttpUser, constant, task

class Asker(HttpUser):
    wait_time = constant(0.05)
    @task
    def ask(self):
        with self.client.get("/none", catch_response=True) as answer:
            answer.success() if answer.status_code == 200 else answer.failure("why")
        with self.client.get("/body", catch_response=True) as answer:
            answer.failure("not what I wanted")
        self.client.get("/slow", timeout=0.001)
        self.client.get("http://127.0.0.1:1/refused")
"""


def test_what_the_locustfile_calls_a_failure_is_one(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("--slow-every", "3", "--slow-s", "0.3")
    locust = run_locust(bench, tmp_path, server.url, "-u", "1", "-t", "3s", text=ANSWERS)
    assert locust.wait() == 1, locust.log
    _, _, rows = the_run(tmp_path)
    by_operation = rows.groupby("operation").outcome.agg(set)
    assert by_operation["/none"] == {"ok"}
    assert by_operation["/body"] == {"wrong"}
    assert rows[rows.operation == "/body"].detail.eq("not what I wanted").all()
    assert "timeout" in by_operation["/slow"]
    assert by_operation["/refused"] == {"connection"}
    assert set(rows[rows.operation == "/refused"].target) == {"http://127.0.0.1:1"}
    assert rows[rows.outcome.isin(["connection", "timeout"])].status.eq(0).all()


@pytest.mark.parametrize(
    ("options", "code", "interrupted"), [((), EXIT_COMPLETED, False), (("-t", "60s"), EXIT_INTERRUPTED, True)]
)
def test_an_interrupt_is_the_end_only_where_no_other_was_asked_for(
    bench: Bench, tmp_path: Path, options: tuple[str, ...], code: int, interrupted: bool
) -> None:
    server = bench.server("--announce-at", "50")
    locust = run_locust(bench, tmp_path, server.url, "-u", "4", "-r", "4", *options)
    server.line()
    locust.send(signal.SIGINT)
    assert locust.wait() == code, locust.log
    _, run, rows = the_run(tmp_path)
    assert run.interrupted is interrupted
    assert len(rows) >= 46


def test_a_locustfile_that_fires_events_of_its_own_is_recorded_too(bench: Bench, tmp_path: Path) -> None:
    text = """
import time
from locust import User, constant, task

class Odd(User):
    wait_time = constant(0.05)
    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="grpc", name="call", response_time=12.5, response_length=3, exception=None
        )
        with self.environment.events.request.measure("grpc", "broken"):
            raise RuntimeError("no such method")
"""
    locust = run_locust(bench, tmp_path, "http://127.0.0.1:1", "-u", "2", "-t", "2s", text=text)
    assert locust.wait() == 1
    _, _, rows = the_run(tmp_path)
    calls = rows[rows.operation == "call"]
    assert calls.latency_ms.round(3).eq(12.5).all()
    assert set(calls.outcome) == {"ok"}
    assert set(rows[rows.operation == "broken"].outcome) == {"failed"}

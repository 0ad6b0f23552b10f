"""The generator as the process that it is, against real servers: every arrival has its record."""

import json
import resource
import signal
import socket
import time
from pathlib import Path

import pandas as pd
import pytest

from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES
from evidence.write_record import WRITES
from loadtests.arrivals import arrivals
from loadtests.command import (
    EXIT_COMPLETED,
    EXIT_EVIDENCE_LOST,
    EXIT_INTERRUPTED,
    EXIT_WRONG_INPUT,
    GeneratorOptions,
)
from loadtests.operations.bulk import Bulk
from loadtests.scenario_file import read_scenario
from tests.loadtests.processes import Bench, records, requests, sent


def assert_no_gap(rows: pd.DataFrame, count: int) -> None:
    assert rows.sequence.tolist() == list(range(count))
    assert (rows.step == 0).all()


def test_every_arrival_is_sent_at_its_instant_and_recorded_once(bench: Bench) -> None:
    scenario_file = bench.scenario(rate_per_s=200, duration_s=4, arrivals="poisson")
    server = bench.server()
    generator = bench.generator(GeneratorOptions(scenario_file, server.url, bench.run_dir(), seed=5))
    assert generator.wait() == EXIT_COMPLETED

    rows = requests(generator.run_dir)
    scenario = read_scenario(scenario_file)
    schedule = list(arrivals(scenario.streams, scenario.duration_s, 5))
    run = RunFolder(generator.run_dir).read_run()
    assert run.load_start_ns is not None
    assert rows.intended_ns.tolist() == [run.load_start_ns + arrival.offset_ns for arrival in schedule]
    assert_no_gap(rows, len(schedule))
    assert [one.arrivals for one in run.scheduled] == [len(schedule)]
    assert run.ended_ns is not None
    assert not run.interrupted
    assert run.exits[0].exit_code == EXIT_COMPLETED
    assert set(rows.outcome) == {"ok"}
    assert set(rows.status) == {200}
    assert (rows.lag_ms >= 0).all()
    assert (rows.ended_ns >= rows.started_ns).all()
    assert server.stop()["requests"] == len(schedule)
    assert f"ping  {len(schedule)}" in " ".join(generator.log.split()).replace("ping ", "ping  ")


def test_the_generator_measures_itself(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=3)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    _, samples = records(generator.run_dir, SAMPLES)
    by_name = samples.groupby("name").value
    assert set(by_name.groups) >= {
        "process_cpu_ratio",
        "dispatch_lag_seconds_max",
        "requests_in_flight",
        "gc_pause_seconds_max",
        "event_loop_stall_seconds_max",
        "wall_clock_offset_seconds",
    }
    assert (by_name.count() >= 3).all()
    rows = requests(generator.run_dir)
    assert by_name.max()["dispatch_lag_seconds_max"] == pytest.approx(rows.lag_ms.max() / 1000)


def test_two_workers_send_what_one_would(bench: Bench) -> None:
    server = bench.server()
    scenario_file = bench.scenario(rate_per_s=100, duration_s=3, arrivals="poisson")
    start_ns = time.time_ns() + 6_000_000_000
    workers = [
        bench.generator(
            GeneratorOptions(
                scenario_file,
                server.url,
                bench.run_dir(),
                worker_index=index,
                worker_count=2,
                start_at_ns=start_ns,
            )
        )
        for index in range(2)
    ]
    assert [worker.wait() for worker in workers] == [EXIT_COMPLETED] * 2
    rows = requests(bench.run_dir())
    scenario = read_scenario(scenario_file)
    schedule = [start_ns + one.offset_ns for one in arrivals(scenario.streams, scenario.duration_s, 1)]
    assert sorted(rows.intended_ns) == schedule
    for index in range(2):
        share = rows[rows.worker == f"worker-{index}"].reset_index()
        assert_no_gap(share, len(schedule[index::2]))
        assert share.intended_ns.tolist() == schedule[index::2]


def test_slow_answers_do_not_hold_back_later_arrivals(bench: Bench) -> None:
    server = bench.server("--slow-every", "4", "--slow-s", "1.5")
    scenario = bench.scenario(rate_per_s=100, duration_s=3)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert_no_gap(rows, 300)
    slow = rows[rows.latency_ms > 1400]
    assert len(slow) == 75
    # With a wait for answers, 300 arrivals would take 75 * 1.5 s = 112 s.
    assert rows.lag_ms.max() < 500
    assert rows[rows.latency_ms <= 1400].latency_ms.median() < 100


def test_a_kill_leaves_the_records_up_to_its_last_second(bench: Bench) -> None:
    server = bench.server("--announce-at", "600")
    scenario = bench.scenario(rate_per_s=200, duration_s=30)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    server.line()
    generator.send(signal.SIGKILL)
    assert generator.wait() == -signal.SIGKILL
    files, rows = records(generator.run_dir, REQUESTS)
    assert files.cut == ("worker-0",)
    assert len(rows) >= 400, "of 600, or more where the signal came late, those of a second at most are lost"
    assert sorted(rows.sequence) == list(range(len(rows)))
    run = RunFolder(generator.run_dir).read_run()
    assert run.ended_ns is None
    assert run.scheduled[0].arrivals == 6000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_waits_for_answers_and_accounts_for_all(
    bench: Bench, number: signal.Signals
) -> None:
    server = bench.server("--slow-every", "1", "--slow-s", "1", "--announce-at", "150")
    scenario = bench.scenario(rate_per_s=100, duration_s=30)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    server.line()
    generator.send(number)
    assert generator.wait() == EXIT_INTERRUPTED, generator.log
    rows = requests(generator.run_dir)
    assert len(rows) >= 150
    assert_no_gap(rows, len(rows))
    # Those in the air at the stop were waited for.
    assert set(sent(rows).outcome) == {"ok"}
    run = RunFolder(generator.run_dir).read_run()
    assert run.interrupted
    assert run.scheduled[0].arrivals == len(rows)
    assert len(sent(rows)) == server.stop()["requests"]


def test_every_acknowledged_write_is_recorded_with_its_promise(bench: Bench, tmp_path: Path) -> None:
    tenants_file = tmp_path / "tenants.json"
    tenant = {"id": "t", "tier": "free", "api_key": "k", "document_count": 9, "document_id_prefix": "doc-"}
    tenants_file.write_text(json.dumps({"seed": 1, "words": ["one", "two"], "tenants": [tenant]}))
    scenario = tmp_path / "writes.yaml"
    operations = [
        {"name": name, "weight": weight} for name, weight in (("index", 4), ("delete", 2), ("bulk", 1))
    ]
    persona = {"name": "writer", "tier": "free", "rate_per_s": 100, "operations": operations}
    scenario.write_text(json.dumps({"name": "writes", "duration_s": 2, "personas": [persona]}))
    server = bench.server("--acknowledge")
    options = GeneratorOptions(scenario, server.url, bench.run_dir(), tenants_file)
    generator = bench.generator(options)
    assert generator.wait() == EXIT_COMPLETED, generator.log
    rows = requests(generator.run_dir)
    assert set(rows.outcome) == {"ok"}
    _, writes = records(generator.run_dir, WRITES)
    assert sorted(set(writes.sequence)) == rows.sequence.tolist()
    assert sorted(set(writes.version)) == list(range(1, len(rows) + 1))
    assert writes[writes.durability == "local"].sequence.nunique() == len(rows) // 10
    both = writes.merge(rows, on=["worker", "sequence"], suffixes=("", "_request"))
    assert (both.acknowledged_ns == both.ended_ns).all()
    in_bulk = both.operation_request == "bulk"
    assert (both.operation == both.operation_request)[~in_bulk].all()
    assert both[~in_bulk].sequence.is_unique
    # Every document of a bulk has a record of its own.
    assert (both[in_bulk & (both.operation == "index")].groupby("sequence").size() == Bulk().documents).all()
    assert both[in_bulk].sequence.nunique() == (rows.operation == "bulk").sum() > 0
    indexed = both[both.operation == "index"]
    names = "load.t.0-" + indexed.sequence.astype(str)
    assert all(one.startswith(name) for one, name in zip(indexed.document_id, names, strict=True))
    assert indexed.document_id.is_unique
    # A delete takes a document that was acknowledged before, and no document is taken twice.
    deleted = both[both.operation == "delete"].document_id
    assert deleted.is_unique
    assert deleted.isin(indexed.document_id).mean() > 0.9


def test_a_refused_connection_is_told_apart_and_the_schedule_goes_on(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    scenario = bench.scenario(rate_per_s=100, duration_s=2)
    generator = bench.generator(GeneratorOptions(scenario, f"http://127.0.0.1:{port}", bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert_no_gap(rows, 200)
    assert set(rows.outcome) == {"connection"}
    assert set(rows.status) == {0}
    assert rows.detail.str.contains("refused").all()


def test_a_dropped_connection_is_a_failure_and_not_tried_until_it_works(bench: Bench) -> None:
    server = bench.server("--drop")
    scenario = bench.scenario(rate_per_s=100, duration_s=2)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert_no_gap(rows, 200)
    assert set(rows.outcome) == {"connection"}
    assert server.stop()["requests"] == 200


def test_a_client_waits_only_so_long(bench: Bench) -> None:
    server = bench.server("--hang")
    scenario = bench.scenario(rate_per_s=100, duration_s=2, timeout_s=0.5)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert_no_gap(rows, 200)
    assert set(rows.outcome) == {"timeout"}
    waited_ms = (rows.ended_ns - rows.started_ns) / 1e6
    assert waited_ms.min() >= 500
    assert waited_ms.median() < 600


def test_what_cannot_be_sent_for_lack_of_room_is_undelivered_and_holds_back_nothing(bench: Bench) -> None:
    server = bench.server("--hang")
    scenario = bench.scenario(rate_per_s=100, duration_s=3, timeout_s=2)

    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))

    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, prepare=few_files)
    assert generator.wait() == EXIT_COMPLETED
    assert "ulimit -n" in generator.log
    rows = requests(generator.run_dir)
    assert_no_gap(rows, 300)
    # Room for 100: the first second fills it, the next has no room, the third follows the first's timeouts.
    undelivered = rows[rows.outcome == "undelivered"]
    assert len(undelivered) == pytest.approx(100, abs=10)
    assert undelivered.detail.str.contains("in flight").all()
    assert undelivered[["started_ns", "ended_ns"]].isna().all(axis=None)
    assert rows.lag_ms.max() < 500


def test_a_starved_generator_shows_it_in_its_dispatch_lag(bench: Bench) -> None:
    starved_s = 1.0
    server = bench.server("--announce-at", "100")
    scenario = bench.scenario(rate_per_s=100, duration_s=4)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    server.line()
    generator.send(signal.SIGSTOP)
    time.sleep(starved_s)  # not to wait for something: this is the starvation
    generator.send(signal.SIGCONT)
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert_no_gap(rows, 400)
    assert rows.lag_ms.max() > 900 * starved_s
    assert rows.lag_ms.quantile(0.99) > 10
    # Latency counts the wait that the generator itself caused.
    assert (rows.latency_ms >= rows.lag_ms).all()


def test_a_full_disk_ends_the_run_and_keeps_what_was_recorded(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=400, duration_s=30)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, prepare=little_room)
    assert generator.wait() == EXIT_EVIDENCE_LOST
    assert "The evidence cannot be written" in generator.log
    rows = requests(generator.run_dir)
    assert len(rows) > 300
    assert rows.sequence.tolist() == list(range(len(rows)))


def test_without_a_run_folder_it_makes_one_that_describes_itself(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=50, duration_s=30)
    generator = bench.generator(GeneratorOptions(scenario, server.url, duration_s=1.5))
    assert generator.wait() == EXIT_COMPLETED
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.endswith("Z-ping")
    run = RunFolder(folder).read_run()
    assert run.target == server.url
    assert run.scheduled[0].arrivals == 75 == len(requests(folder))


def test_a_run_that_somebody_describes_is_left_to_them(bench: Bench) -> None:
    run_file = bench.run_dir() / "run.json"
    run_file.write_text(json.dumps({"mine": True}))
    server = bench.server()
    scenario = bench.scenario(rate_per_s=50, duration_s=1)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    assert json.loads(run_file.read_text()) == {"mine": True}

    again = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert again.wait() == EXIT_WRONG_INPUT
    assert "recorded in" in again.log
    assert len(requests(bench.run_dir())) == 50


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (("--scenario", "nowhere.yaml"), "nowhere.yaml"),
        (("--scenario", ""), "--scenario"),
        (("--host", "127.0.0.1:80"), "--host"),
        (("--host", "http://no-such-host.invalid"), "no-such-host.invalid"),
        (("--host", "http://ann:secret@127.0.0.1:80"), "must not name a user ('ann')"),
        (("--worker-index", "2"), "--worker-index"),
        (("--seed", "-1"), "--seed"),
    ],
)
def test_a_wrong_option_is_told_and_nothing_is_sent(bench: Bench, extra: tuple[str, ...], told: str) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=1)
    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, extra=extra)
    assert generator.wait() == EXIT_WRONG_INPUT, generator.log
    assert told in generator.log
    assert server.stop()["requests"] == 0


def test_tenants_that_were_never_seeded_are_told(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "tenants.json"
    baseline = Path(__file__).parents[2] / "loadtests" / "scenarios" / "baseline.yaml"
    options = GeneratorOptions(baseline, "http://127.0.0.1:1", bench.run_dir(), tenants_file=file)
    generator = bench.generator(options)
    assert generator.wait() == EXIT_WRONG_INPUT
    assert str(file) in generator.log
    assert "Traceback" not in generator.log

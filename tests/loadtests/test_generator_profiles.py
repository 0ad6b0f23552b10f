"""The generator as the process that it is, at rates that change."""

import hashlib
import sys
from pathlib import Path

import pytest
import yaml

from evidence.run_folder import RunFolder
from loadtests.arrivals import arrivals
from loadtests.command import EXIT_COMPLETED, EXIT_WRONG_INPUT, GeneratorOptions
from loadtests.scenario_file import read_scenario
from loadtests.scenario_rate import at_rate
from tests.loadtests.processes import Bench, requests

RECORDED = "time\n1795608002\n1795608000\n1795608000.5\n"
REPLAY = {"kind": "replay", "file": "recorded.csv", "column": "time", "speed": 2, "loop": True}
RAMP = {"kind": "ramp", "from_per_s": 10, "to_per_s": 100, "over_s": 2}


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A ramp, and a recording again and again."""
    (tmp_path / "recorded.csv").write_text(RECORDED)
    content = {
        "name": "changing",
        "duration_s": 4,
        "operations": [{"name": "ping", "path": "/ping"}],
        "personas": [
            {"name": name, "profile": profile, "operations": [{"name": "ping", "weight": 1}]}
            for name, profile in (("rising", RAMP), ("recorded", REPLAY))
        ],
    }
    file = tmp_path / "scenario.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def test_every_arrival_of_a_profile_is_sent_at_its_instant(bench: Bench, scenario: Path) -> None:
    server = bench.server()
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir(), seed=3))
    assert generator.wait() == EXIT_COMPLETED, generator.log
    rows = requests(generator.run_dir)
    run = RunFolder(generator.run_dir).read_run()
    assert run.load_start_ns is not None
    schedule = list(arrivals(read_scenario(scenario).streams, 4, 3))
    assert [one.arrivals for one in run.scheduled] == [len(schedule)]
    assert rows.intended_ns.tolist() == [run.load_start_ns + one.offset_ns for one in schedule]
    assert rows.persona.tolist() == [one.persona for one in schedule]
    replayed_ms = (rows[rows.persona == "recorded"].intended_ns - run.load_start_ns) // 1_000_000
    assert replayed_ms.tolist() == [0, 250, 1000, 1500, 1750, 2500, 3000, 3250]


def test_the_evidence_names_the_recording_and_its_content(bench: Bench, scenario: Path) -> None:
    server = bench.server()
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir(), duration_s=0.5))
    assert generator.wait() == EXIT_COMPLETED, generator.log
    digest = hashlib.sha256(RECORDED.encode()).hexdigest()
    assert RunFolder(generator.run_dir).read_run().notes[-1] == (
        f"recorded replays 3 arrivals of recorded.csv, sha256 {digest}; "
        "its lines were not in time order and are sent sorted"
    )


def test_a_recording_that_cannot_be_read_sends_nothing_and_names_its_line(
    bench: Bench, scenario: Path
) -> None:
    scenario.with_name("recorded.csv").write_text("time\n1\nsoon\n")
    server = bench.server()
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_WRONG_INPUT
    assert "recorded.csv is not valid:\n  line 3: 'soon': must be a time: " in generator.log
    assert server.stop()["requests"] == 0


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the timer that is a file descriptor came with 3.13")
def test_arrivals_are_not_held_back_to_the_next_millisecond(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=200, duration_s=3, arrivals="poisson")
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED, generator.log
    assert requests(generator.run_dir).lag_ms.median() < 0.4


def test_at_a_given_rate_a_short_load_has_the_mix_of_the_whole_scenario(bench: Bench, tmp_path: Path) -> None:
    """One persona comes after the load is over: it has its part all the same."""
    late = {"kind": "steps", "steps": [{"rate_per_s": 0, "for_s": 5}, {"rate_per_s": 60, "for_s": 5}]}
    shares = [{"name": "ping", "weight": 1}]
    content = {
        "name": "two",
        "duration_s": 10,
        "operations": [{"name": "ping", "path": "/ping"}],
        "personas": [
            {"name": "steady", "rate_per_s": 10, "operations": shares},
            {"name": "late", "profile": late, "operations": shares},
        ],
    }
    file = bench.write_scenario(content)
    server = bench.server()
    options = GeneratorOptions(file, server.url, bench.run_dir(), duration_s=1, rate_per_s=80)
    generator = bench.generator(options)
    assert generator.wait() == EXIT_COMPLETED, generator.log
    expected = [one.persona for one in arrivals(at_rate(read_scenario(file), 80).streams, 1, 1)]
    assert requests(generator.run_dir).persona.tolist() == expected
    assert 0.6 < expected.count("late") / len(expected) < 0.9


def test_a_scenario_that_sends_nothing_cannot_be_set_to_a_rate(bench: Bench, tmp_path: Path) -> None:
    late = {"kind": "steps", "steps": [{"rate_per_s": 0, "for_s": 5}, {"rate_per_s": 60, "for_s": 5}]}
    content = {
        "name": "late",
        "duration_s": 2,
        "operations": [{"name": "ping", "path": "/ping"}],
        "personas": [{"name": "p", "profile": late, "operations": [{"name": "ping", "weight": 1}]}],
    }
    options = GeneratorOptions(bench.write_scenario(content), "http://127.0.0.1:9", rate_per_s=80)
    generator = bench.generator(options)
    assert generator.wait() == EXIT_WRONG_INPUT, generator.log
    assert "--rate-per-s: 80: late sends nothing in 2 s" in generator.log

"""The view follows the files of a load: in any process, to the load's end."""

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from evidence.live_record import LIVE
from evidence.record_writer import RecordWriter
from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES
from loadtests.command import EXIT_COMPLETED, GeneratorOptions, generator_command
from loadtests.live.show import show
from loadtests.live.watch import watching
from tests.loadtests.live.made_records import counted, sampled
from tests.loadtests.processes import Bench, requests

REPOSITORY = Path(__file__).parents[3]


def shown(run_dir: Path, happens: Callable[[int], None], seconds: int) -> list[str]:
    """What is printed where there is no terminal; `happens(n)` before the n-th look."""
    stream, number = io.StringIO(), 0

    def ended_within(_: float) -> bool:
        nonlocal number
        happens(number)
        number += 1
        return number == seconds

    with watching(run_dir) as watch:
        show(watch, Console(file=stream, width=60), None, ended_within)
    return stream.getvalue().splitlines()


def test_a_line_every_ten_seconds_and_one_at_the_end(tmp_path: Path) -> None:
    with (
        RecordWriter(tmp_path, LIVE, "worker-0") as live,
        RecordWriter(tmp_path, SAMPLES, "generator-worker-0") as samples,
    ):

        def happens(second: int) -> None:
            live.extend([counted(second, [1.0] * 20, operation=None), counted(second, [5.0] * 20)])
            samples.extend(sampled(second, 20 * (second + 1)))
            live.flush()
            samples.flush()

        lines = shown(tmp_path, happens, 23)
    assert [line.split()[1] for line in lines] == ["00:10:", "00:20:", "00:23:"]
    assert all("offered 20.0/s, achieved 20.0/s" in line for line in lines)


def test_nothing_is_shown_of_nothing(tmp_path: Path) -> None:
    assert shown(tmp_path, lambda _: None, 12) == []


def test_records_of_another_version_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    with RecordWriter(tmp_path, LIVE, "worker-0") as live:
        live.append(counted(0, [1.0]))
    stream = folder / "worker-0.arrows"
    stream.write_bytes(stream.read_bytes().replace(b"stormproof.schema", b"stormproof.scheme"))
    ended = subprocess.run(
        (sys.executable, "-m", "loadtests.live", str(tmp_path)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=REPOSITORY,
    )
    assert ended.returncode == 2
    assert "worker-0.arrows is not valid" in ended.stderr


def test_plain_locust_shows_its_load_in_place_of_its_tables(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=3)
    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    generator = bench.generator(options, shows_view=True)
    assert generator.wait() == EXIT_COMPLETED
    (line,) = (line for line in generator.log.splitlines() if line.startswith("load 00:0"))
    assert "of 00:03: offered" in line
    assert "ok 300" in line
    assert generator.log.count("Aggregated") == 2  # Locust's summary, at the end


def test_with_a_terminal_there_is_a_picture(bench: Bench) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=3)
    options = GeneratorOptions(scenario, server.url, bench.run_dir())
    command = [one for one in generator_command(options) if one != "--no-live-view"]
    text = on_a_terminal(command)
    assert re.search(r"load 00:0[23] of 00:03.*offered", text)
    assert "outcomes" in text
    assert "whole run" in text


def test_what_the_view_says_is_what_was_recorded(bench: Bench) -> None:
    server = bench.server("--slow-every", "20", "--slow-s", "0.3")
    scenario = bench.scenario(rate_per_s=200, duration_s=3)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    with watching(generator.run_dir) as watch:
        state = watch.refresh()
    assert state is not None
    rows = requests(generator.run_dir)
    assert state.whole_run.answered == len(rows) == 600
    assert state.whole_run.latency.max_ms == rows.latency_ms.max()
    assert state.dispatch_lag.max_ms == rows.lag_ms.max()
    exact = np.quantile(rows.latency_ms, (0.5, 0.95, 0.99), method="inverted_cdf")
    assert state.whole_run.latency.quantiles_ms[:3] == pytest.approx(exact.tolist(), rel=0.0005)
    assert state.in_flight == 0
    run = RunFolder(generator.run_dir).read_run()
    assert run.scheduled[0].arrivals == 600


def on_a_terminal(command: list[str]) -> str:
    """All that a program prints on a terminal of its own."""
    ours, its = pty.openpty()
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, cwd=REPOSITORY) as process:
        os.close(its)
        printed = b""
        try:
            while block := os.read(ours, 65536):
                printed += block
        except OSError:  # Linux's end of a terminal whose programs have ended
            pass
        os.close(ours)
        assert process.wait(timeout=60) == EXIT_COMPLETED
    return printed.decode("utf-8", "replace")

"""Every shipped scenario against the real service: in a few seconds, gently, with no wrong or failed answer.

Time and rates are scaled: what is tested here is what they ask and believe, not how much a machine stands.
"""

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest
import yaml

import loadtests
import stack
from evidence.home import Home
from evidence.tenants_record import read_tenants
from loadtests.command import EXIT_COMPLETED, GeneratorOptions
from loadtests.scenario import read_scenario
from stormproof.run.service import SERVICE, seed, service_url, start_service
from tests.conftest import RealStack
from tests.loadtests.processes import Bench, Generator, requests

FILES = sorted((Path(loadtests.__file__).parent / "scenarios").glob("*.yaml"))
LASTS_S = 3.0
READY_WITHIN_NS = 8_000_000_000
AT_ONCE = 5
"""Generators at the same time: workers of different numbers, so that each writes documents of its own."""
ARRIVALS_PER_S = 8
"""Of each generator, whatever the scenario asks for."""
TENANTS = 2
TIMES = ("from_s", "at_s", "over_s", "rise_s", "hold_s", "fall_s", "for_s", "every_s", "together_s")
THEIR_OPERATIONS = {
    "baseline": {"search", "get", "index", "delete"},
    "bulk-beside-search": {"bulk", "job", "search", "get"},
    "deep-pagination": {"search"},
    "job-polling": {"index", "bulk", "get", "job", "search", "delete"},
    "search-as-you-type": {"search", "get"},
    "thundering-herd": {"search", "get"},
    "token-refresh": {"token", "refresh", "search", "get"},
    "writes": {"index", "bulk", "delete", "job", "search"},
}
NEEDED = {
    "baseline",
    "peak",
    "over-limit",
    "spike",
    "soak",
    "ramp",
    "noisy-tenant",
    "thundering-herd",
    "bulk-beside-search",
    "deep-pagination",
    "search-as-you-type",
    "job-polling",
    "token-refresh",
    "canary",
}


def test_there_is_a_scenario_for_each_that_is_called_for() -> None:
    assert {file.stem for file in FILES} >= NEEDED
    for file in FILES:
        assert yaml.safe_load(file.read_text())["name"] == file.stem


def scaled(content: object, stretch: float, rate: float, key: str = "") -> object:
    """The same scenario in another time, at other rates, for few tenants."""
    if isinstance(content, Mapping):
        few = {"tenants": TENANTS} if "tier" in content else {}
        return {name: scaled(value, stretch, rate, str(name)) for name, value in {**content, **few}.items()}
    if isinstance(content, list):
        return [scaled(one, stretch, rate) for one in content]
    if not isinstance(content, int | float):
        return content
    if key == "size":
        return max(1, round(content * rate * stretch))
    is_rate = key.endswith(("per_s", "per_min"))
    return content * (stretch if key in TIMES else rate if is_rate else 1)


@pytest.fixture(scope="module")
def service(real_stack: RealStack) -> Iterator[Home]:
    """The service behind the real stack, seeded and warm."""
    home = real_stack.home
    tenants = dict.fromkeys(("enterprise", "standard", "free"), TENANTS)
    seed(home, tenants, 1200, 1, lambda _: None)
    process = start_service(home, None, cwd=home.state_dir)
    try:
        warm_up(home)
        yield home
    finally:
        stack.end_processes(real_stack.settings, lambda one: one.name == SERVICE and one.pid == process.pid)


def warm_up(home: Home) -> None:
    """Until a dozen searches in a row are quick: a cold Elasticsearch is slow, which is no defect."""
    seeded = read_tenants(home.tenants_file)
    in_a_row = 0
    for number in range(2000):
        tenant, word = seeded.tenants[number % 2], seeded.words[number]
        request = urllib.request.Request(f"{service_url(home)}/search?q={word}")  # noqa: S310 -- loopback
        request.add_header("Authorization", f"Bearer {tenant.api_key}")
        begun_s = time.monotonic()
        with urllib.request.urlopen(request) as answer:  # noqa: S310 -- loopback
            quick = not json.load(answer)["degraded"] and time.monotonic() - begun_s < 0.1
        in_a_row = in_a_row + 1 if quick else 0
        if in_a_row == 12:
            return
    raise AssertionError("the service does not get quick")


@pytest.fixture(scope="module")
def runs(service: Home, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pd.DataFrame]:
    """The requests of every scenario."""
    found: dict[str, pd.DataFrame] = {}
    for first in range(0, len(FILES), AT_ONCE):
        some = FILES[first : first + AT_ONCE]
        benches = [Bench(tmp_path_factory.mktemp(file.stem)) for file in some]
        # When all are ready: none of them takes time from the service while others ask it.
        start_at_ns = time.time_ns() + READY_WITHIN_NS
        try:
            started = [
                start(bench, file, service, number, start_at_ns)
                for number, (bench, file) in enumerate(zip(benches, some, strict=True))
            ]
            for file, generator in zip(some, started, strict=True):
                assert generator.wait() == EXIT_COMPLETED, generator.log
                assert "Traceback" not in generator.log, generator.log
                found[file.stem] = requests(generator.run_dir)
        finally:
            for bench in benches:
                bench.stop()
    return found


def start(bench: Bench, file: Path, home: Home, number: int, start_at_ns: int) -> Generator:
    content = yaml.safe_load(file.read_text())
    rate = ARRIVALS_PER_S * AT_ONCE / read_scenario(file).rate_per_s
    short = scaled(content, LASTS_S / content["duration_s"], rate)
    assert isinstance(short, dict)
    further = [target["name"] for target in content.get("targets", ())[1:]]
    url = service_url(home)
    options = GeneratorOptions(
        scenario_file=bench.write_scenario(short),
        target=url,
        run_dir=bench.run_dir(),
        tenants_file=home.tenants_file,
        worker_index=number,
        worker_count=AT_ONCE,
        duration_s=LASTS_S,
        start_at_ns=start_at_ns,
        # The same service by another name: it is the sharing that shows.
        further_targets=tuple((name, url) for name in further),
    )
    return bench.generator(options)


@pytest.mark.stack
@pytest.mark.parametrize("name", [file.stem for file in FILES])
def test_a_scenario_leaves_nothing_wrong_and_nothing_failed(
    runs: Mapping[str, pd.DataFrame], name: str
) -> None:
    rows = runs[name]
    bad = rows[~rows.outcome.isin(["ok", "degraded", "rejected"])]
    assert bad.empty, bad[["operation", "step", "status", "outcome", "detail"]].to_string()
    assert len(rows) >= 3
    assert set(rows.operation) <= THEIR_OPERATIONS.get(name, THEIR_OPERATIONS["baseline"])


@pytest.mark.stack
def test_sessions_come_to_their_end(runs: Mapping[str, pd.DataFrame]) -> None:
    for name, steps in {
        "job-polling": 4,
        "search-as-you-type": 2,
        "token-refresh": 6,
        "deep-pagination": 1,
    }.items():
        assert runs[name].step.max() >= steps, name


@pytest.mark.stack
def test_a_canary_gets_its_part(runs: Mapping[str, pd.DataFrame]) -> None:
    rows = runs["canary"]
    assert set(rows.target) == {"stable", "canary"}
    by_time = rows.sort_values("intended_ns")
    last_quarter = by_time.tail(len(rows) // 5)
    assert set(last_quarter.target) == {"canary"}


@pytest.mark.stack
def test_a_herd_asks_for_the_same(runs: Mapping[str, pd.DataFrame]) -> None:
    herd = runs["thundering-herd"]
    herd = herd[herd.persona == "herd"]
    assert len(herd) > 5
    assert (herd.served_from == "cache").any()

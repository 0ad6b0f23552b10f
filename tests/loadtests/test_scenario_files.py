"""Every shipped scenario against the real service: in seconds, gently, with no wrong or failed answer."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
import yaml

import loadtests
import stack
from evidence.home import Home
from evidence.lookup_record import LOOKUPS
from evidence.run_folder import RunFolder
from evidence.tenants_record import read_tenants
from evidence.verdict_record import Verdict
from loadtests.command import EXIT_COMPLETED, GeneratorOptions
from slo.events import tally_objectives
from slo.evidence_view import open_evidence
from slo.promise import Indicator, Objective
from slo.validity.lookups_sane import check_lookups_sane
from slo.verdicts import judge
from stormproof.run.service import SERVICE, seed, service_url, start_service
from tests.conftest import RealStack
from tests.loadtests.gentle_scenario import gentle_scenario
from tests.loadtests.processes import Bench, Generator, records, requests
from tests.slo.runs import run_record

FILES = sorted((Path(loadtests.__file__).parent / "scenarios").glob("*.yaml"))
LASTS_S = 3.0
AT_ONCE = 5
"""Generators at the same time: workers of different numbers, so that each writes documents of its own."""
ARRIVALS_PER_S = 8
"""Of each generator, whatever the scenario asks for."""
READY_WITHIN_NS = 8_000_000_000
TENANTS = 2
ATTEMPTS = 3
QUICK_IN_A_ROW = 12
WRITES_LAST_S, WRITES_PER_S = 5.0, 12
THEIR_OPERATIONS = {
    "baseline": {"search", "get", "index", "delete"},
    "bulk-beside-search": {"bulk", "job", "search", "get"},
    "deep-pagination": {"search"},
    "every-operation": {"search", "get", "index", "delete", "bulk", "job"},
    "job-polling": {"index", "bulk", "get", "job", "search", "delete"},
    "search-as-you-type": {"search", "get"},
    "synthetic": {"search", "get", "index", "delete", "bulk", "job", "token"},
    "thundering-herd": {"search", "get"},
    "token-refresh": {"token", "refresh", "search", "get"},
    "write-to-found": {"index", "search"},
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
    "synthetic",
    "write-to-found",
}


def test_there_is_a_scenario_for_each_that_is_called_for() -> None:
    assert {file.stem for file in FILES} >= NEEDED
    for file in FILES:
        assert yaml.safe_load(file.read_text())["name"] == file.stem


@pytest.fixture(scope="module")
def service(real_stack: RealStack) -> Iterator[Home]:
    """The service behind the real stack, seeded and warm."""
    home = real_stack.home
    seed(home, dict.fromkeys(("enterprise", "standard", "free"), TENANTS), 1200, 1, lambda _: None)
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
    for number in range(1000):
        tenant, word = seeded.tenants[number % TENANTS], seeded.words[number]
        request = urllib.request.Request(f"{service_url(home)}/search?q={word}")  # noqa: S310 -- loopback
        request.add_header("Authorization", f"Bearer {tenant.api_key}")
        begun_s = time.monotonic()
        with urllib.request.urlopen(request) as answer:  # noqa: S310 -- loopback
            quick = not json.load(answer)["degraded"] and time.monotonic() - begun_s < 0.1
        in_a_row = in_a_row + 1 if quick else 0
        if in_a_row == QUICK_IN_A_ROW:
            return


@pytest.fixture(scope="module")
def runs(service: Home, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pd.DataFrame]:
    """The requests of every scenario. Where others leave the machine no time, a service is late and fails:
    such a scenario is run again, alone. One that had a wrong answer is not.
    """

    def bench(file: Path) -> Bench:
        return Bench(tmp_path_factory.mktemp(file.stem), is_preferred=False)

    found: dict[str, pd.DataFrame] = {}
    for first in range(0, len(FILES), AT_ONCE):
        found.update(run_together(FILES[first : first + AT_ONCE], service, bench))
    for _ in range(ATTEMPTS - 1):
        for file in FILES:
            if set(found[file.stem].outcome) & {"failed", "timeout"}:
                warm_up(service)
                found.update(run_together([file], service, bench))
    return found


def run_together(
    files: Sequence[Path], home: Home, make_bench: Callable[[Path], Bench]
) -> Mapping[str, pd.DataFrame]:
    """They begin when all are ready: none takes time from the service while others ask it."""
    benches = [make_bench(file) for file in files]
    start_at_ns = time.time_ns() + READY_WITHIN_NS
    found = {}
    try:
        pairs = enumerate(zip(benches, files, strict=True))
        started = [start(bench, file, home, number, start_at_ns) for number, (bench, file) in pairs]
        for file, generator in zip(files, started, strict=True):
            assert generator.wait() == EXIT_COMPLETED, generator.log
            assert "Traceback" not in generator.log, generator.log
            found[file.stem] = requests(generator.run_dir)
    finally:
        for bench in benches:
            bench.stop()
    return found


def start(bench: Bench, file: Path, home: Home, number: int, start_at_ns: int) -> Generator:
    rate = ARRIVALS_PER_S * AT_ONCE
    content = gentle_scenario(file, lasts_s=LASTS_S, arrivals_per_s=rate, tenants=TENANTS)
    targets = yaml.safe_load(file.read_text()).get("targets", ())
    url = service_url(home)
    options = GeneratorOptions(
        scenario_file=bench.write_scenario(content),
        target=url,
        run_dir=bench.run_dir(),
        tenants_file=home.tenants_file,
        worker_index=number,
        worker_count=AT_ONCE,
        start_at_ns=start_at_ns,
        # The same service by another name: it is the sharing that shows.
        further_targets=tuple((target["name"], url) for target in targets[1:]),
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
@pytest.mark.parametrize(
    ("name", "step"),
    [("job-polling", 4), ("search-as-you-type", 2), ("token-refresh", 6), ("deep-pagination", 1)],
)
def test_sessions_go_on(runs: Mapping[str, pd.DataFrame], name: str, step: int) -> None:
    assert runs[name].step.max() >= step


@pytest.mark.stack
def test_a_canary_gets_its_part_and_at_last_all(runs: Mapping[str, pd.DataFrame]) -> None:
    rows = runs["canary"].sort_values("intended_ns")
    assert set(rows.target) == {"stable", "canary"}
    assert set(rows.tail(len(rows) // 5).target) == {"canary"}


@pytest.mark.stack
def test_a_herd_asks_together(runs: Mapping[str, pd.DataFrame]) -> None:
    rows = runs["thundering-herd"]
    herd = rows[rows.persona == "herd"]
    assert len(herd) > 5
    assert set(herd.operation) == {"search"}


@pytest.fixture(scope="module")
def found_again(service: Home, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A few dozen writers who search for what they wrote until they find it; again, where the machine left
    the service no time to answer in full.
    """
    for _ in range(ATTEMPTS):
        warm_up(service)
        folder = looked_for(service, Bench(tmp_path_factory.mktemp("found"), is_preferred=False))
        if set(requests(folder.path).outcome) == {"ok"}:
            break
    return folder


def looked_for(home: Home, bench: Bench) -> RunFolder:
    file = next(one for one in FILES if one.stem == "write-to-found")
    rate = WRITES_PER_S * (AT_ONCE + 1)
    content = gentle_scenario(file, lasts_s=WRITES_LAST_S, arrivals_per_s=rate, tenants=TENANTS)
    options = GeneratorOptions(
        scenario_file=bench.write_scenario(content),
        target=service_url(home),
        run_dir=bench.run_dir(),
        tenants_file=home.tenants_file,
        worker_index=AT_ONCE,
        worker_count=AT_ONCE + 1,
    )
    try:
        generator = bench.generator(options)
        assert generator.wait() == EXIT_COMPLETED, generator.log
    finally:
        bench.stop()
    folder = RunFolder(generator.run_dir)
    folder.write_run(run_record(()))  # one worker of several leaves that to who started them
    return folder


@pytest.mark.stack
@pytest.mark.parametrize(("threshold_ms", "expected"), [(10_000, Verdict.MET), (1, Verdict.MISSED)])
def test_how_soon_a_write_is_found_gets_a_verdict(
    found_again: RunFolder, threshold_ms: float, expected: Verdict
) -> None:
    objective = Objective("found", "search", Indicator.FRESHNESS, 0.9, threshold_ms=threshold_ms)
    with open_evidence(found_again) as evidence:
        (tallied,) = tally_objectives(evidence, (objective,))
        (sane,) = check_lookups_sane(evidence)
    assert sane.held, sane.reason
    assert tallied.whole_run.total == len(requests(found_again.path).query("operation == 'index'"))
    assert judge(objective, tallied.whole_run).verdict is expected, tallied


@pytest.mark.stack
def test_writers_search_as_often_as_they_say(found_again: RunFolder) -> None:
    _, lookups = records(found_again.path, LOOKUPS)
    searches = lookups.dropna(subset=["asked_ns"])
    gaps_s = searches.groupby("sequence").asked_ns.diff().dropna() / 1e9
    assert 0.2 <= gaps_s.median() < 1.0

"""Against real dependencies: every fault is felt and gone again, even when Chaos Toolkit dies in it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from chaos.address import Address
from chaos.errors import ChaosError
from chaos.experiment_files import experiment_path
from chaos.faults import FAULTS
from chaos.faults.fault import Mark
from chaos.faults.kind import FaultKind
from chaos.faults.network.latency import Latency
from chaos.steady_state import answers
from chaos.targets.proxy import PROXY, find_proxy
from chaos.targets.settings import TargetSettings
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxic, Toxiproxy
from chaos.undo import heal
from evidence.ports import HOST, StackPorts
from evidence.timeline import FaultWindow, TimelineEventName, fault_windows, read_timeline
from evidence.undo_record import left_broken
from stack.programs import TOXIPROXY
from stack.programs.program import ProgramStore
from tests.chaos.bench import unused_port
from tests.chaos.experiment_process import ExperimentProcess
from tests.chaos.foreign_stack import foreign_toxiproxy
from tests.chaos.one_fault import live_through
from tests.chaos.samples import SAMPLES
from tests.conftest import RealStack

pytestmark = pytest.mark.stack

CHAOS = str(Path(sys.executable).with_name("chaos"))
TARGETS = {
    "partition": {"elasticsearch", "postgres", "redis-cache", "redis-state"},
    "redis-down": {"redis-cache", "redis-state"},
    "postgres-down": {"postgres"},
    "elasticsearch-slow": {"elasticsearch"},
}


@pytest.fixture
def toxiproxy(real_stack: RealStack) -> Toxiproxy:
    return Toxiproxy(Address(HOST, StackPorts(real_stack.port_base).toxiproxy_admin))


def assert_clean(toxiproxy: Toxiproxy) -> None:
    assert all(proxy.enabled and not proxy.toxics for proxy in toxiproxy.proxies())


def assert_complete(window: FaultWindow) -> None:
    instants = [
        window.injecting_ns,
        window.injected_ns,
        window.verified_ns,
        window.healing_ns,
        window.healed_ns,
        window.heal_verified_ns,
    ]
    known = [instant for instant in instants if instant is not None]
    assert len(known) == 6
    assert known == sorted(known)
    assert window.failures == ()


def seen(experiment: ExperimentProcess, event: TimelineEventName, key: str) -> list[dict[str, JsonValue]]:
    """What probes saw, as the events of that name tell it under `key`."""
    found = []
    for one in experiment.events():
        detail = one.detail.get(key)
        if one.event is event and isinstance(detail, dict):
            found.append(detail)
    return found


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_an_experiment_is_felt_and_heals(
    real_stack: RealStack, toxiproxy: Toxiproxy, tmp_path: Path, name: str
) -> None:
    experiment = ExperimentProcess(tmp_path, real_stack.port_base, name)
    exit_code, output = experiment.run()
    assert exit_code == 0, output
    assert {window.target for window in experiment.windows()} == TARGETS[name]
    for window in experiment.windows():
        assert_complete(window)
        assert window.experiment == name
        assert (window.verified_ns or 0) - (window.injecting_ns or 0) < 2e9
        assert (window.healing_ns or 0) - (window.verified_ns or 0) >= experiment.hold_s * 1e9
    for felt in seen(experiment, TimelineEventName.VERIFIED, "seen"):
        outcomes = {age: shown["outcome"] for age, shown in felt.items() if isinstance(shown, dict)}
        if name in {"elasticsearch-slow", "partition"}:
            assert outcomes == {"fresh": "unanswered", "pooled": "unanswered"}
        else:
            assert outcomes == {"fresh": "refused", "pooled": "closed"}
    if name == "elasticsearch-slow":
        (measured,) = seen(experiment, TimelineEventName.ENDED, "measured")
        for shown in measured.values():
            assert isinstance(shown, dict)
            assert 2400 <= float(str(shown["after_ms"])) < 5000
    assert_clean(toxiproxy)
    assert left_broken(experiment.home.undo_file) == ()
    assert experiment.journal.exists()
    assert list(experiment.cwd.iterdir()) == []


def test_plain_chaos_run_makes_its_own_run_folder(real_stack: RealStack, tmp_path: Path) -> None:
    environment = os.environ | {
        "STORMPROOF_HOME": str(tmp_path / "home"),
        "STORMPROOF_PORT_BASE": str(real_stack.port_base),
    }
    done = subprocess.run(
        [CHAOS, "--no-version-check", "run", "--var", "hold_s=0.1", str(experiment_path("redis-down"))],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (run_dir,) = (tmp_path / "runs").iterdir()
    assert run_dir.name.endswith("Z-redis-down")
    assert str(run_dir) in done.stdout + done.stderr
    windows = fault_windows(read_timeline(run_dir / "timeline.jsonl"))
    assert len(windows) == 2
    for window in windows:
        assert_complete(window)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_experiment_heals_itself(
    real_stack: RealStack, toxiproxy: Toxiproxy, tmp_path: Path, number: signal.Signals
) -> None:
    experiment = ExperimentProcess(tmp_path, real_stack.port_base, hold_s=60)
    exit_code, _ = experiment.signal_during_the_fault(number, targets=2)
    assert exit_code != 0
    assert_clean(toxiproxy)
    for window in experiment.windows():
        assert_complete(window)
    assert left_broken(experiment.home.undo_file) == ()


@pytest.mark.parametrize("name", ["redis-down", "elasticsearch-slow"])
def test_what_a_killed_experiment_leaves_is_healed_and_told(
    real_stack: RealStack, toxiproxy: Toxiproxy, tmp_path: Path, name: str
) -> None:
    experiment = ExperimentProcess(tmp_path, real_stack.port_base, name, hold_s=60)
    experiment.kill_with_its_watchdog(targets=len(TARGETS[name]))
    assert len(left_broken(experiment.home.undo_file)) == len(TARGETS[name])
    assert not any(window.healed for window in experiment.windows())
    with pytest.raises(ChaosError):
        answers(sorted(TARGETS[name]), within_s=0.1, configuration={"port_base": real_stack.port_base})

    report = heal(experiment.home, Timing.real())

    assert report.clean
    assert {one.target for one in report.healings} == TARGETS[name]
    assert_clean(toxiproxy)
    for window in experiment.windows():
        assert_complete(window)
    assert {one.writer for one in experiment.events() if one.event is TimelineEventName.HEALED} == {"heal"}
    assert left_broken(experiment.home.undo_file) == ()


def test_a_fault_that_nobody_heals_is_told_as_left_behind(
    real_stack: RealStack, toxiproxy: Toxiproxy, tmp_path: Path
) -> None:
    content = yaml.safe_load(experiment_path("redis-down").read_text())
    content["method"] = content["method"][:1]
    content["steady-state-hypothesis"]["probes"] = []
    del content["rollbacks"]
    file = tmp_path / "unhealed.yaml"
    file.write_text(yaml.safe_dump(content))
    experiment = ExperimentProcess(tmp_path, real_stack.port_base, file=file)
    exit_code, _ = experiment.run()
    assert exit_code == 0  # so says Chaos Toolkit
    assert len(experiment.windows()) == 2
    for window in experiment.windows():
        assert "still broken at the end of the experiment" in window.failures[0]
    assert heal(experiment.home, Timing.real()).clean
    assert_clean(toxiproxy)


@pytest.mark.parametrize("target", ["elasticsearch", "postgres", "redis-cache", "redis-state"])
@pytest.mark.parametrize("direction", ["downstream", "upstream"])
def test_latency_is_felt_in_both_directions_of_every_dependency(
    toxiproxy: Toxiproxy, tmp_path: Path, target: str, direction: str
) -> None:
    fault = Latency(150, 20, "upstream" if direction == "upstream" else "downstream")
    found = find_proxy(Whereabouts(toxiproxy, tmp_path), target)
    try:
        with closing(fault.view(found, Timing.real())) as view:
            fault.inject(found, Mark("test"))
            felt, measured = view.felt(), view.measured()
    finally:
        fault.heal(found, Mark("test"))
    assert measured is not None
    assert set(felt.seen) == set(measured.seen) == {"fresh", "pooled"}
    for shown in measured.seen.values():
        assert isinstance(shown, dict)
        assert float(str(shown["after_ms"])) >= 104


@pytest.fixture(scope="module")
def foreign(real_stack: RealStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whereabouts]:
    """A second Toxiproxy, as if the stack's dependencies were somebody else's."""
    ports, folder = StackPorts(real_stack.port_base), tmp_path_factory.mktemp("foreign")
    upstreams = {"ledger": ports.direct("postgres"), "catalogue": ports.direct("elasticsearch")}
    targets = {
        "ledger": TargetSettings(dialect="postgres", user="postgres", database="template1"),
        "catalogue": TargetSettings(dialect="elasticsearch"),
    }
    program = ProgramStore(real_stack.home.programs_dir).ensure(TOXIPROXY, lambda *_: None)
    with ExitStack() as running:
        toxiproxy = foreign_toxiproxy(running, folder, program, unused_port(), upstreams)
        yield Whereabouts(toxiproxy, real_stack.home.stack_file, targets)


@pytest.mark.parametrize("target", ["ledger", "catalogue"])
@pytest.mark.parametrize(
    "kind", [kind for kind in FAULTS if kind.undo_kind == PROXY.undo_kind], ids=lambda kind: str(kind.name)
)
def test_every_fault_of_the_network_is_felt_behind_a_foreign_proxy(
    foreign: Whereabouts, tmp_path: Path, kind: FaultKind, target: str
) -> None:
    fault = kind.make(SAMPLES[kind.name].parameters)
    (window,) = live_through(tmp_path, foreign, fault, [target])
    assert_complete(window)


def test_an_attribute_that_toxiproxy_does_not_know_is_noticed(toxiproxy: Toxiproxy) -> None:
    with pytest.raises(ChaosError, match="accepted"):
        toxiproxy.add_toxic("redis-cache", Toxic("odd", "latency", "downstream", {"latency_ms": 50}))
    toxiproxy.remove_toxic("redis-cache", "odd")
    assert_clean(toxiproxy)

"""The whole search: a stack and a service where the target is local, probe after probe, what they found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from evidence.clock import AnchoredClock
from evidence.documents import replace_file
from evidence.home import Home
from evidence.ports import StackPorts
from evidence.run_folder import RunFolder, create_run_folder
from loadtests.scenario import Scenario, tenants_needed
from slo.objective import Objective
from stormproof.capacity.dependency_counts import measure_redis_per_s
from stormproof.capacity.findings import Findings
from stormproof.capacity.probe import Probe, UnsoundProbe
from stormproof.capacity.probing import Probing
from stormproof.capacity.report import as_json, markdown
from stormproof.capacity.search import Ended, next_probe
from stormproof.console import StepBoard
from stormproof.plan import LOCAL_TARGET
from stormproof.run.interrupt import Interrupts
from stormproof.run.lock import run_lock
from stormproof.run.service import answers_ready, seed, service_for_run, service_url
from stormproof.run.stack_up import stack_for_run

REPORT, DATA = "capacity.md", "capacity.json"
_LIMITS_LIFTED = MappingProxyType({"SERVICE_BURST": "1000000"})
"""What a contract allows a tenant says nothing of what a machine can do."""
_CALM_WITHIN_S = 30.0
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class CapacitySearch:
    """What is asked for."""

    scenario: Scenario
    scenario_file: Path
    objectives: tuple[Objective, ...]
    target: str
    """`local`, or a URL."""
    first_per_s: float
    most_s: float
    """Of one probe, its warm-up apart."""
    documents: int
    """Of the local corpus."""
    seed: int
    runs_dir: Path
    command: tuple[str, ...]

    @property
    def judged_scenario(self) -> Scenario:
        """Without declared limits: here they are lifted, and elsewhere a target that refuses what is beyond
        them would hold at any rate. The generator chooses its tenants by them all the same.
        """
        return replace(self.scenario, limits=None)

    @property
    def is_local(self) -> bool:
        """Against the stack on this machine."""
        return self.target == LOCAL_TARGET


def find_capacity(
    search: CapacitySearch, home: Home, board: StepBoard, interrupts: Interrupts
) -> tuple[Findings, RunFolder]:
    """Probe until it is known; the report is in the folder, also when the search was interrupted.

    Raises StackError, BadInput.
    """
    now_ns = AnchoredClock.anchor().now_ns()
    folder = create_run_folder(search.runs_dir, f"{search.scenario.name}-capacity", now_ns)
    with run_lock(home), _kept_if_filled(folder), _target(search, home, folder, board, interrupts) as url:
        redis_per_s = measure_redis_per_s(StackPorts(home.port_base)) if search.is_local else None
        probing = Probing(
            home=home,
            folder=folder.path,
            scenario=search.judged_scenario,
            scenario_file=search.scenario_file,
            objectives=search.objectives,
            target=url,
            is_local=search.is_local,
            seed=search.seed,
            most_s=search.most_s,
            command=search.command,
        )
        probes: list[Probe] = []
        try:
            ended = _probe(search, probing, probes, board, interrupts)
        except KeyboardInterrupt:
            ended = Ended.INTERRUPTED
        except UnsoundProbe as error:
            board.tell("search", str(error), failed=True)
            ended = Ended.UNSOUND
    findings = Findings(
        search.scenario.name,
        url,
        1,
        tuple(probes),
        ended,
        redis_per_s,
        search.documents if search.is_local else None,
    )
    with interrupts.shield():
        replace_file(folder.path / REPORT, markdown(findings).encode())
        replace_file(folder.path / DATA, as_json(findings).encode())
    return findings, folder


def _probe(
    search: CapacitySearch,
    probing: Probing,
    probes: list[Probe],
    board: StepBoard,
    interrupts: Interrupts,
) -> Ended:
    while True:
        step = next_probe([probe.probed for probe in probes], search.first_per_s)
        if step.rate_per_s is None:
            return step.ended or Ended.WIDE
        name = f"probe {len(probes) + 1}"
        board.tell(name, f"{step.rate_per_s:,.1f} requests/s")
        probe = probing.probe(step.rate_per_s, board, interrupts)
        probes.append(probe)
        board.tell(name, f"{step.rate_per_s:,.1f} requests/s: {probe.outcome.value}", done=True)
        if search.is_local:
            _wait_until_calm(probing.target)


def _wait_until_calm(url: str) -> None:
    """What an overload left behind is not to be charged to the next rate."""
    deadline_s = time.monotonic() + _CALM_WITHIN_S
    while not answers_ready(url) and time.monotonic() < deadline_s:
        time.sleep(_POLL_S)


@contextmanager
def _kept_if_filled(folder: RunFolder) -> Iterator[None]:
    """No evidence, no folder."""
    try:
        yield
    except BaseException:
        if not any(folder.path.iterdir()):
            folder.path.rmdir()
        raise


@contextmanager
def _target(
    search: CapacitySearch, home: Home, folder: RunFolder, board: StepBoard, interrupts: Interrupts
) -> Iterator[str]:
    """The URL, with whatever has to run for it within the block."""
    if not search.is_local:
        yield search.target
        return
    with stack_for_run(home, folder.id, board, interrupts):
        tenants = tenants_needed(search.scenario)
        seed(home, tenants, search.documents, search.seed, lambda line: board.tell("seed", line))
        board.tell("seed", f"{search.documents:,} documents, {sum(tenants.values())} tenants", done=True)
        with service_for_run(home, folder, board, interrupts, _LIMITS_LIFTED):
            yield service_url(home)

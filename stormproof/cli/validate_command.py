"""Checking files before anything runs: plans, scenarios, experiments, contracts, objectives, maintenance."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
import yaml

from loadtests.scenario import Scenario, tenants_needed
from loadtests.scenario_file import read_scenario
from reports.numbers import plural
from slo.contract.contract import read_contract
from slo.months.maintenance import read_maintenance
from slo.months.month import MINUTE_NS
from slo.objective import read_objectives
from slo.wording import target_percent
from stormproof.cli.context import command_home, console
from stormproof.cli.told_experiment import is_experiment, told_experiment
from stormproof.errors import BadInput
from stormproof.plan import read_plan
from stormproof.run.game_day import prepare_game_day


def validate(
    file: Annotated[
        Path,
        typer.Argument(help="A plan, a scenario, an experiment, a contract, objectives, or maintenance."),
    ],
) -> None:
    """Check a plan, a scenario, an experiment, a contract, objectives or maintenance, and every file that it
    names; runs nothing."""
    with command_home():
        for line in _told(file):
            console.print(line, markup=False, soft_wrap=True)


def _told(file: Path) -> Iterator[str]:
    """By what the file names at its top; one that cannot be read is left to who says what is wrong."""
    if file.is_dir():
        return _told_objectives(file)
    try:
        documents: list[object] = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError):
        return _told_plan(file)
    teller = _teller(documents)
    if teller is None:
        raise BadInput(
            f"{file}: must be a plan, which has phases, a scenario, which has personas, an experiment, "
            "which has a method, a contract, which has situations, maintenance, which has windows, or "
            "objectives, which have an apiVersion, openslo/v1, or a version, prometheus/v1."
        )
    return teller(file)


def _teller(documents: list[object]) -> Callable[[Path], Iterator[str]] | None:
    content = documents[0] if documents else None
    names = frozenset(content) if isinstance(content, Mapping) else frozenset()
    is_contract = isinstance(content, Mapping) and content.get("kind") == "Contract"
    kinds = (
        (any(map(_holds_objectives, documents)), _told_objectives),
        ("personas" in names, _told_scenario),
        ("situations" in names or is_contract, _told_contract),
        ("windows" in names, _told_maintenance),
        (is_experiment(content), told_experiment),
        ("phases" in names, _told_plan),
    )
    return next((tell for holds, tell in kinds if holds), None)


def _holds_objectives(document: object) -> bool:
    """Whether it says so itself, in whatever version."""
    if not isinstance(document, Mapping):
        return False
    return str(document.get("apiVersion")).startswith("openslo/") or (
        str(document.get("version")).startswith("prometheus/") and "slos" in document
    )


def _told_objectives(path: Path) -> Iterator[str]:
    objectives = read_objectives(path, live=True)
    yield f"{path} is valid: {plural(len(objectives), 'objective')}."
    for one in objectives:
        over = "" if one.window is None else f" over {one.window}"
        yield f"  {one.name}: {one.indicator.value}, {target_percent(one.target)}{over}"


def _told_contract(file: Path) -> Iterator[str]:
    contract = read_contract(file)
    cells = sum(len(clause.promises) for article in contract.articles for clause in article.clauses)
    yield f"{file} is valid: {plural(len(contract.articles), 'situation')}, {plural(cells, 'cell')}."


def _told_maintenance(file: Path) -> Iterator[str]:
    windows = read_maintenance(file)
    minutes = sum(window.end_ns - window.start_ns for window in windows) // MINUTE_NS
    yield f"{file} is valid: {plural(len(windows), 'maintenance window')}, {minutes:,} min."


def _told_plan(file: Path) -> Iterator[str]:
    day = prepare_game_day(read_plan(file), Path("runs"), ())
    yield (
        f"{file} is valid: {plural(len(day.plan_file.plan.phases), 'phase')}, "
        f"{day.plan_file.plan.duration_s:g} s, {day.scenario.rate_per_s:g} requests/s, "
        f"{plural(len(day.objectives), 'objective')}."
    )


def _told_scenario(file: Path) -> Iterator[str]:
    scenario = read_scenario(file)
    yield f"{file} is valid: {scenario.rate_per_s:g} arrivals/s for {scenario.duration_s:g} s."
    yield from _told_parts(scenario)


def _told_parts(scenario: Scenario) -> Iterator[str]:
    parts = {
        "operations": [operation.name for operation in scenario.operations],
        "sessions": [f"{session.name} ({session.most_requests} requests)" for session in scenario.sessions],
        "variables": list(scenario.variables),
        "data": [f"{one.called} ({one.file})" for one in scenario.data],
        "targets": [target.name for target in scenario.targets],
        "tenants": [f"{count} of tier {tier}" for tier, count in tenants_needed(scenario).items()],
    }
    for name, listed in parts.items():
        if listed:
            yield f"  {name}: {', '.join(listed)}"

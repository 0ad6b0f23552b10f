"""From Locust's command line to the load it asks for."""

import logging
import os
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from locust.env import Environment

from evidence.errors import InvalidFile, Problem
from evidence.home import resolve_home
from evidence.tenants_record import TenantsRecord, read_tenants
from loadtests.generator.arguments import COMMAND_LINE, Options
from loadtests.generator.load import Load
from loadtests.generator.scenario_load import ScenarioLoad
from loadtests.generator.target import Target, parse_target
from loadtests.request_plan import choose_tenants
from loadtests.scenario import read_scenario

_logger = logging.getLogger(__name__)


def read_load(environment: Environment, options: Options) -> Load:  # noqa: ARG001
    """The load. Raises InvalidFile, InvalidSetting."""
    return _scenario_load(options)


def tell_what_has_no_effect(parsed: Namespace, load: Load) -> None:
    """A Locust user gives a number of users; a scenario has rates."""
    if isinstance(load, ScenarioLoad) and (parsed.num_users or 1) > 1:
        _logger.warning(
            "-u and -r have no effect: the rates of scenario %s decide how much is sent, %.4g arrivals/s in "
            "all. The users that Locust shows stand by.",
            load.name,
            load.scenario.rate_per_s,
        )


def _scenario_load(options: Options) -> ScenarioLoad:
    problems = []
    if options.scenario_file is None:
        problems.append(Problem("--scenario", "missing", "must be the path of a scenario file"))
    if not options.target.startswith(("http://", "https://")):
        problems.append(Problem("--host", repr(options.target), "must be a URL: http://… or https://…"))
    if problems or options.scenario_file is None:
        raise InvalidFile(COMMAND_LINE, tuple(problems), "See locust -f … --help.")
    scenario = read_scenario(options.scenario_file)
    scenario = replace(scenario, duration_s=options.limited(scenario.duration_s))
    target = _parse_target(options.target)
    if all(persona.tier is None for persona in scenario.personas):
        return ScenarioLoad(scenario, target, {}, (), options.seed, options.scenario_file)
    file, seeded = _read_seeded(options.tenants_file)
    return ScenarioLoad(
        scenario,
        target,
        choose_tenants(scenario, seeded, file),
        seeded.words,
        options.seed,
        options.scenario_file,
    )


def _parse_target(url: str) -> Target:
    try:
        return parse_target(url)
    except ValueError as error:
        problem = Problem("--host", repr(url), str(error))
        raise InvalidFile(COMMAND_LINE, (problem,), "See locust -f … --help.") from error


def _read_seeded(file: Path | None) -> tuple[Path, TenantsRecord]:
    if file is None:
        home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
        file = home.tenants_file
    return file, read_tenants(file)

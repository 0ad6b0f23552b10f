"""From Locust's command line and locustfiles to the load that they ask for."""

import logging
import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from locust import User

from evidence.errors import InvalidFile, Problem
from evidence.home import resolve_home
from evidence.tenants_record import TenantsRecord, read_tenants
from loadtests.generator.arguments import COMMAND_LINE, Options
from loadtests.generator.load import Load
from loadtests.generator.locustfiles.closed_load import ClosedLoad
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.locustfiles.open_load import OpenLoad
from loadtests.generator.locustfiles.open_users import OpenUser
from loadtests.generator.locustfiles.planned_shape import PlannedShape
from loadtests.generator.named_targets import named_targets
from loadtests.generator.scenario_load import ScenarioLoad
from loadtests.generator.target import Target
from loadtests.generator.user import ScenarioUser
from loadtests.request_plan import choose_tenants
from loadtests.scenario import Scenario
from loadtests.scenario_file import read_scenario
from loadtests.scenario_rate import at_rate
from loadtests.shape_plan import (
    TICK_S,
    EndlessShape,
    ImpossibleTick,
    class_curves,
    ramped_curve,
    tick_through,
)
from loadtests.shape_rate import ShapeRate
from loadtests.tags import TagChoice, operation_tags

_logger = logging.getLogger(__name__)


def read_load(side: LocustSide, options: Options) -> Load:
    """The load, whose kind the user classes say. Raises InvalidFile, InvalidSetting."""
    if is_scenario(side.user_classes):
        return _scenario_load(side, options)
    if is_open(side.user_classes):
        return _open_load(side, options)
    # A shape ends the test by itself, and Locust pays no heed to --run-time then.
    run_time_s = None if side.environment.shape_class is not None else options.run_time_s
    return ClosedLoad(side, side.name, side.target, _shorter(options.duration_s, run_time_s))


def is_scenario(user_classes: Sequence[type[User]]) -> bool:
    """The load is a scenario's. Raises InvalidFile for a mixture."""
    return _all_or_none(user_classes, ScenarioUser, "the users of a scenario")


def is_open(user_classes: Sequence[type[User]]) -> bool:
    """The classes are open, all of them. Raises InvalidFile for a mixture."""
    return _all_or_none(user_classes, OpenUser, "open users")


def tell_what_has_no_effect(parsed: Namespace, load: Load) -> None:
    """A Locust user gives a number of users; a scenario has rates."""
    if isinstance(load, ScenarioLoad) and (parsed.num_users or 1) > 1:
        _logger.warning(
            "-u and -r have no effect: the rates of scenario %s decide how much is sent, %.4g arrivals/s in "
            "all. The users that Locust shows stand by.",
            load.name,
            load.scenario.rate_per_s,
        )
    if isinstance(load, OpenLoad):
        _logger.info("Open arrivals: %.4g/s at most; the users that Locust shows stand by.", load.peak_per_s)


def _all_or_none(user_classes: Sequence[type[User]], base: type[User], called: str) -> bool:
    chosen = [one.__name__ for one in user_classes if issubclass(one, base)]
    others = [one.__name__ for one in user_classes if not issubclass(one, base)]
    if chosen and others:
        problem = Problem(
            "user classes", f"{', '.join(chosen)} and {', '.join(others)}", f"must all be {called}"
        )
        raise InvalidFile(
            COMMAND_LINE, (problem,), "Name those that are to run at the end of the command line."
        )
    return bool(chosen)


def _scenario_load(side: LocustSide, options: Options) -> ScenarioLoad:
    problems = []
    if options.scenario_file is None:
        problems.append(Problem("--scenario", "missing", "must be the path of a scenario file"))
    if not options.target.startswith(("http://", "https://")):
        problems.append(Problem("--host", repr(options.target), "must be a URL: http://… or https://…"))
    if side.environment.shape_class is not None:
        name = type(side.environment.shape_class).__name__
        allowed = "a scenario has its own rates: give the shape to open users, or the scenario a profile"
        problems.append(Problem("LoadTestShape", name, allowed))
    if problems or options.scenario_file is None:
        raise InvalidFile(COMMAND_LINE, tuple(problems), "See locust -f … --help.")
    scenario = _at_asked_rate(read_scenario(options.scenario_file), options.rate_per_s)
    scenario = replace(scenario, duration_s=options.limited(scenario.duration_s))
    targets = _named_targets(scenario, options)
    load = ScenarioLoad(
        scenario=scenario,
        targets=targets,
        tenants={},
        words=(),
        seed=options.seed,
        file=options.scenario_file,
        tags=_tags(scenario, options),
        rate_per_s=options.rate_per_s,
    )
    if all(persona.tier is None for persona in scenario.personas):
        return load
    file, seeded = _read_seeded(options.tenants_file)
    return replace(load, tenants=choose_tenants(scenario, seeded, file), words=seeded.words)


def _at_asked_rate(scenario: Scenario, rate_per_s: float | None) -> Scenario:
    if rate_per_s is None:
        return scenario
    try:
        return at_rate(scenario, rate_per_s)
    except ValueError as error:
        problem = Problem("--rate-per-s", f"{rate_per_s:g}", f"{error}: there is no mix to send at a rate")
        raise InvalidFile(
            COMMAND_LINE, (problem,), "Raise the scenario's rates, or its duration_s."
        ) from error


def _tags(scenario: Scenario, options: Options) -> TagChoice:
    choice = TagChoice(options.tags, options.excluded_tags)
    if not choice.places(scenario):
        known = {tag for persona in scenario.personas for tags in operation_tags(persona) for tag in tags}
        told = " ".join(sorted(options.tags or ())) or f"all but {' '.join(sorted(options.excluded_tags))}"
        allowed = f"must leave an operation of {scenario.name}: its tags are {', '.join(sorted(known))}"
        raise InvalidFile(COMMAND_LINE, (Problem("--tags", told, allowed),), "See the scenario.")
    return choice


def _open_load(side: LocustSide, options: Options) -> OpenLoad:
    classes = [one for one in side.user_classes if one.tasks]
    if not classes:
        problem = Problem("user classes", "no task", "must have tasks that --tags and --exclude-tags leave")
        raise InvalidFile(COMMAND_LINE, (problem,), "See locust -f … --list, and the tags of its tasks.")
    curves, duration_s = _curves(side, classes, options)
    return OpenLoad(
        side=side,
        name=side.name,
        target=side.target,
        seed=options.seed,
        process=options.process,
        curves=curves,
        duration_s=duration_s,
    )


def _curves(
    side: LocustSide, classes: Sequence[type[User]], options: Options
) -> tuple[dict[str, ShapeRate], float | None]:
    weights = {one.__name__: float(one.weight) for one in classes}
    limit_s = _shorter(options.duration_s, options.run_time_s)
    shape = side.environment.shape_class
    if shape is None:
        if options.users <= 0:
            problem = Problem("-u", f"{options.users:g}", "must be above 0: the arrivals per second")
            raise InvalidFile(COMMAND_LINE, (problem,), "Say how many arrivals there are to be.")
        whole = ramped_curve(options.users, options.spawn_rate)
        total = sum(weights.values())
        return {name: whole.scaled(weight / total) for name, weight in weights.items()}, limit_s
    original = shape.original if isinstance(shape, PlannedShape) else shape
    original.runner = shape.runner
    try:
        ticks = tick_through(original, seed=options.seed, until_s=limit_s)
    except (EndlessShape, ImpossibleTick) as error:
        problem = Problem("LoadTestShape", type(shape).__name__, str(error))
        raise InvalidFile(COMMAND_LINE, (problem,), "Mend the shape, or say how long with -t.") from error
    shape_s = len(ticks) * TICK_S
    return dict(class_curves(ticks, weights)), shape_s if limit_s is None else min(shape_s, limit_s)


def _shorter(*limits_s: float | None) -> float | None:
    """None where there is no limit."""
    return min((limit_s for limit_s in limits_s if limit_s is not None), default=None)


def _named_targets(scenario: Scenario, options: Options) -> Mapping[str | None, Target]:
    try:
        return named_targets(scenario, options.target, options.further_targets)
    except InvalidFile:
        raise
    except ValueError as error:
        problem = Problem("--host", repr(options.target), str(error))
        raise InvalidFile(COMMAND_LINE, (problem,), "See locust -f … --help.") from error


def _read_seeded(file: Path | None) -> tuple[Path, TenantsRecord]:
    if file is None:
        home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
        file = home.tenants_file
    return file, read_tenants(file)

"""The URLs of a scenario's targets."""

from collections.abc import Mapping, Sequence

from evidence.errors import InvalidFile, Problem
from loadtests.generator.arguments import COMMAND_LINE
from loadtests.generator.target import Target, parse_target
from loadtests.scenario import Scenario


def named_targets(
    scenario: Scenario, first_url: str, further_urls: Sequence[tuple[str, str]]
) -> Mapping[str | None, Target]:
    """By name; the one target of a scenario that names none goes by None.

    Raises InvalidFile when the scenario names others than the options do, or a URL has no host.
    """
    given = dict(further_urls)
    first = scenario.targets[0].name if scenario.targets else None
    further = [target.name for target in scenario.targets[1:]]
    problems = [
        Problem("--target", f"{name} is missing", f"must be {name}=URL: scenario {scenario.name} names it")
        for name in further
        if name not in given
    ]
    for name in given:
        if name not in further:
            known = ", ".join(further) or "none: the scenario has no targets"
            problems.append(Problem("--target", name, f"must be one of {known}"))
    if problems:
        raise InvalidFile(COMMAND_LINE, tuple(problems), "See locust -f … --help.")
    urls: dict[str | None, str] = {first: first_url}
    urls.update((name, given[name]) for name in further)
    return {name: parse_target(url) for name, url in urls.items()}

"""Reading a scenario from its file, with the files that it names."""

from dataclasses import replace
from pathlib import Path

from evidence.documents import read_document
from evidence.errors import InvalidFile, Problem
from loadtests.arrivals.replay import Replay
from loadtests.data.scenario_data import opened_tables, with_absolute_files, with_data_ends
from loadtests.persona import Persona
from loadtests.scenario import Scenario
from loadtests.scenario_checks import problems_of


def read_scenario(path: Path) -> Scenario:
    """With the files that it names. Raises InvalidFile."""
    scenario, problems = _with_recordings(read_document(path, Scenario), path.parent)
    scenario = with_absolute_files(scenario, path.parent)
    tables = opened_tables(scenario.data)
    problems = (*problems, *problems_of(scenario, tables))
    if problems:
        raise InvalidFile(path, problems, "Mend the scenario and try again.")
    return with_data_ends(scenario, tables)


def _with_recordings(scenario: Scenario, folder: Path) -> tuple[Scenario, tuple[Problem, ...]]:
    """Raises InvalidFile for a recording that cannot be replayed."""
    personas: list[Persona] = []
    problems: list[Problem] = []
    for position, persona in enumerate(scenario.personas):
        if isinstance(replay := persona.profile, Replay):
            try:
                replay = replay.read(folder)
            except OSError as error:
                value, allowed = f"{replay.file}: {error.strerror}", f"must be a file, as seen from {folder}"
                problems.append(Problem(f"personas[{position}].profile.file", value, allowed))
            personas.append(replace(persona, profile=replay))
        else:
            personas.append(persona)
    return replace(scenario, personas=tuple(personas)), tuple(problems)

"""A scenario and its data files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from loadtests.data.data_file import DataFile
from loadtests.data.rows import most_arrivals
from loadtests.data.table import Table, open_table
from loadtests.persona import Persona
from loadtests.repertoire import make_repertoire
from loadtests.scenario import Scenario


def with_absolute_files(scenario: Scenario, folder: Path) -> Scenario:
    """Data files are named from the scenario's folder."""
    data = tuple(replace(one, file=str((folder / one.file).absolute())) for one in scenario.data)
    return replace(scenario, data=data)


def opened_tables(data: Sequence[DataFile]) -> Mapping[str, Table]:
    """By the names that templates know them by. Raises InvalidFile."""
    return {one.called: open_table(Path(one.file), one.delimiter) for one in data if len(one.delimiter) == 1}


def with_data_ends(scenario: Scenario, tables: Mapping[str, Table]) -> Scenario:
    """A persona whose data end sends no more than there are rows."""
    repertoire, _ = make_repertoire(scenario, tables)

    def ended(persona: Persona) -> Persona:
        mosts = [persona.at_most]
        for one in scenario.data:
            users = repertoire.users_of(one.called)
            if persona.name in users:
                mosts.append(most_arrivals(one, tables[one.called].row_count, users, persona.name))
        known = [most for most in mosts if most is not None]
        return replace(persona, at_most=min(known)) if known else persona

    return replace(scenario, personas=tuple(ended(persona) for persona in scenario.personas))

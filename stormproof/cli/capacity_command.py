"""The highest rate at which the objectives hold."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

import slo
from evidence.verdict_record import Verdict
from loadtests.scenario import Scenario
from loadtests.scenario_file import read_scenario
from slo.objective import read_objectives
from stormproof import exit_codes
from stormproof.capacity.probing import MOST_S
from stormproof.capacity.report import as_json, render
from stormproof.capacity.run import REPORT, CapacitySearch, find_capacity
from stormproof.capacity.search import Ended
from stormproof.cli.context import RUNS_DIR, command_home, console, shown_board
from stormproof.cli.target_options import read_targets
from stormproof.errors import BadInput
from stormproof.plan import LOCAL_TARGET
from stormproof.run.interrupt import interruptible

OBJECTIVES = Path(slo.__file__).parent / "objectives"


def add_capacity_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Game days")(capacity)


def capacity(  # noqa: PLR0913, PLR0917 -- a command line
    scenario: Annotated[Path, typer.Argument(help="A scenario: its mix is kept, its rate is searched.")],
    target: Annotated[
        str, typer.Option(help="URL of a service; local: the stack and service of this machine.")
    ] = LOCAL_TARGET,
    objectives: Annotated[
        Path, typer.Option(help="OpenSLO files that must hold; by default the tiers of the analysis.")
    ] = OBJECTIVES,
    confirm_host: Annotated[
        str | None,
        typer.Option(help="The host of a target off this machine, once more: yes, I may put load on it."),
    ] = None,
    first_per_s: Annotated[float, typer.Option(min=1, help="Where the search begins, in requests/s.")] = 100,
    longest_probe_s: Annotated[float, typer.Option(min=5, help="Of each of at most 12 probes.")] = MOST_S,
    documents: Annotated[int, typer.Option(min=1, help="Size of the local corpus.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the arrivals.")] = 1,
    runs: Annotated[Path, typer.Option("--runs", help="Where the run folder is made.")] = RUNS_DIR,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Find the highest rate at which the objectives hold, to 5%, and what growth would take.

    Exits 0 when it was found, or only the generator's own limit was; 3 when the probes could not tell,
    1 when the objectives held at no rate, 4 when a probe was no evidence.
    """
    with command_home() as home:
        read = read_scenario(scenario)
        if read.targets:
            named = ", ".join(one.name for one in read.targets)
            raise BadInput(f"{scenario}: has targets ({named}): the capacity of one is searched at a time.")
        _check_rates(scenario, read)
        tiers = {persona.tier for persona in read.personas}
        wanted = tuple(one for one in read_objectives(objectives) if one.tier is None or one.tier in tiers)
        if not wanted:
            raise BadInput(f"{objectives}: no objective is of a tier of {scenario}: nothing could be proven.")
        search = CapacitySearch(
            scenario=replace(read, duration_s=max(read.duration_s, 1.0)),
            scenario_file=scenario.absolute(),
            objectives=wanted,
            target=target if target == LOCAL_TARGET else read_targets([target], confirm_host).first,
            first_per_s=first_per_s,
            most_s=longest_probe_s,
            documents=documents,
            seed=seed,
            runs_dir=runs,
            command=("stormproof", *sys.argv[1:]),
        )
        with interruptible() as interrupts, shown_board() as board:
            findings, folder = find_capacity(search, home, board, interrupts)
        if json:
            console.print_json(as_json(findings))
        else:
            console.print()
            console.print(render(findings))
            console.print(f"\nReport    {folder.path / REPORT}", soft_wrap=True)
        raise typer.Exit(_exit_code(findings.ended))


def _check_rates(file: Path, scenario: Scenario) -> None:
    """Raises BadInput where no probe could have its rate from its beginning to its end."""
    if scenario.rate_per_s <= 0:
        raise BadInput(f"{file}: sends nothing in {scenario.duration_s:g} s: there is no mix to search with.")
    ending = [f"{one.name} after {one.at_most:,}" for one in scenario.personas if one.at_most is not None]
    if ending:
        raise BadInput(
            f"{file}: the arrivals of {', '.join(ending)} end: a probe would lose its rate, and hold. Leave "
            "out at_most, and let data begin again (on_end: wrap)."
        )


def _exit_code(ended: Ended) -> int:
    codes = {
        Ended.INTERRUPTED: exit_codes.INTERRUPTED,
        Ended.NOTHING_HELD: Verdict.MISSED.exit_code,
        Ended.WIDE: Verdict.NOT_PROVEN.exit_code,
        Ended.UNSOUND: Verdict.INVALID.exit_code,
    }
    return codes.get(ended, 0)

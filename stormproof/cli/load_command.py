"""Load alone: a scenario, or a locustfile of a user's own."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from evidence.clock import AnchoredClock
from evidence.home import Home
from evidence.request_record import Outcome
from evidence.run_folder import RunFolder, create_run_folder
from evidence.verdict_record import Verdict
from loadtests.command import GeneratorOptions, LocustfileOptions, generator_command, locustfile_command
from loadtests.scenario_file import read_scenario
from slo.outcomes import OutcomeCount
from stormproof import exit_codes
from stormproof.cli.context import (
    RUNS_DIR,
    command_home,
    console,
    progress_console,
    shown_board,
    tell_progress,
)
from stormproof.cli.live_options import Live, LivePort, page_wish
from stormproof.cli.target_options import Targets, read_targets
from stormproof.errors import BadInput
from stormproof.live.messages import Ending
from stormproof.live.page_process import live_page
from stormproof.run.interrupt import interruptible
from stormproof.run.load_alone import LoadRequest, LoadResult, load_alone

_WENT_WELL = frozenset({Outcome.OK, Outcome.DEGRADED})
_SCENARIO_ENDINGS = {".yaml", ".yml", ".json"}
_MOST_WORKERS = 64


def add_load_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Parts of a game day", context_settings={"allow_extra_args": True})(load)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options say, whatever is loaded."""

    source: Path
    targets: Targets
    seed: int
    duration_s: float | None
    rate_per_s: float | None
    users: int | None
    spawn_rate: float | None
    run_time: str | None
    further: tuple[str, ...]


def load(  # noqa: PLR0913, PLR0917 -- a command line
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A scenario (YAML), or a locustfile of your own (.py).")],
    target: Annotated[
        list[str],
        typer.Option(help="URL of the service; NAME=URL for each further target of the scenario."),
    ],
    workers: Annotated[
        int, typer.Option(min=1, max=_MOST_WORKERS, help="Processes that share the load, under one master.")
    ] = 1,
    run: Annotated[
        Path | None, typer.Option(help="The run folder; by default a new one below runs/.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the arrivals.")] = 1,
    duration_s: Annotated[
        float | None, typer.Option(min=0.1, help="Instead of the scenario's; of a locustfile, as -t.")
    ] = None,
    rate_per_s: Annotated[
        float | None,
        typer.Option(min=0.01, help="Of a scenario: this rate, held evenly, by its own tenants."),
    ] = None,
    users: Annotated[
        int | None,
        typer.Option("--users", "-u", min=1, help="Of a locustfile: users, or open arrivals per second."),
    ] = None,
    spawn_rate: Annotated[
        float | None, typer.Option("--spawn-rate", "-r", min=0, help="How fast they come, per second.")
    ] = None,
    run_time: Annotated[
        str | None, typer.Option("--run-time", "-t", help="How long, as Locust writes it: 90s, 5m, 1h30m.")
    ] = None,
    confirm_host: Annotated[
        str | None,
        typer.Option(help="The host of a target off this machine, once more: yes, I may put load on it."),
    ] = None,
    live: Live = False,
    live_port: LivePort = None,
) -> None:
    """Put load on a target; every request lands in a run folder. What follows -- goes to Locust as it is.

    Exits 0 when the run is evidence, 4 when it is INVALID, 2 when nothing was sent, 130 when interrupted.
    """
    with command_home() as home:
        asked = _Asked(
            source.absolute(),
            read_targets(target, confirm_host),
            seed,
            duration_s,
            rate_per_s,
            users,
            spawn_rate,
            run_time,
            tuple(context.args),
        )
        request = _request(asked, home, run, workers)
        console.print(f"Evidence  {request.folder.path}", soft_wrap=True)
        with (
            interruptible() as interrupts,
            live_page(page_wish(live, live_port), home, request.folder.id, tell_progress) as page,
            shown_board(page) as board,
        ):
            result = load_alone(request, home, board, interrupts)
            if page is not None:
                page.ends(_ending(result, request.folder))
        _conclude(result, request.folder)


def _request(asked: _Asked, home: Home, run: Path | None, workers: int) -> LoadRequest:
    if asked.source.suffix == ".py":
        return _locustfile_request(asked, run, workers)
    if asked.source.suffix not in _SCENARIO_ENDINGS:
        endings = ", ".join(sorted(_SCENARIO_ENDINGS))
        raise BadInput(f"{asked.source}: must be a scenario ({endings}) or a locustfile (.py)")
    if asked.users is not None or asked.spawn_rate is not None:
        raise BadInput("-u and -r are for locustfiles (.py): a scenario's rates decide how much is sent.")
    scenario = read_scenario(asked.source)
    folder, is_new = _folder(run, scenario.name)
    options = GeneratorOptions(
        scenario_file=asked.source,
        target=asked.targets.first,
        further_targets=asked.targets.further,
        run_dir=folder.path,
        tenants_file=home.tenants_file,
        seed=asked.seed,
        duration_s=asked.duration_s,
        rate_per_s=asked.rate_per_s,
    )
    command = (*generator_command(options), *_run_time(asked), *asked.further)
    duration_s = asked.duration_s or scenario.duration_s
    return LoadRequest(
        folder, is_new, command, workers, locustfile=None, cwd=folder.path, duration_s=duration_s
    )


def _locustfile_request(asked: _Asked, run: Path | None, workers: int) -> LoadRequest:
    if not asked.source.is_file():
        raise BadInput(f"{asked.source}: no such file")
    if asked.targets.further or asked.rate_per_s is not None:
        raise BadInput("Further targets and --rate-per-s are a scenario's: a locustfile knows neither.")
    folder, is_new = _folder(run, asked.source.stem)
    options = LocustfileOptions(
        asked.source, asked.targets.first, folder.path, asked.seed, asked.users, asked.spawn_rate
    )
    duration = () if asked.duration_s is None else ("--duration-s", repr(asked.duration_s))
    command = (*locustfile_command(options), *duration, *_run_time(asked), *asked.further)
    return LoadRequest(
        folder,
        is_new,
        command,
        workers,
        locustfile=asked.source,
        cwd=Path.cwd(),
        duration_s=asked.duration_s,
    )


def _run_time(asked: _Asked) -> tuple[str, ...]:
    return () if asked.run_time is None else ("--run-time", asked.run_time)


def _folder(run: Path | None, name: str) -> tuple[RunFolder, bool]:
    if run is None:
        folder = create_run_folder(RUNS_DIR, name, AnchoredClock.anchor().now_ns())
        return folder, True
    is_new = not run.exists()
    run.mkdir(parents=True, exist_ok=True)
    return RunFolder(run.absolute()), is_new


def _ending(result: LoadResult, folder: RunFolder) -> Ending:
    """A load alone has no verdict but that it is no evidence."""
    if result.interrupted:
        return Ending("interrupted", ("The evidence up to then is kept.",), str(folder.path))
    reasons = tuple(check.reason for check in result.unsound)
    return Ending(Verdict.INVALID.value if reasons else "evidence", reasons, str(folder.path))


def _conclude(result: LoadResult, folder: RunFolder) -> None:
    _tell_outcomes(result.outcomes)
    if result.interrupted:
        progress_console.print("Interrupted: the evidence up to then is kept.")
        raise typer.Exit(exit_codes.INTERRUPTED)
    for check in result.unsound:
        progress_console.print(f"INVALID   {check.reason}", style="red", markup=False, soft_wrap=True)
    console.print(f"Judge it  stormproof slo {folder.path} --objectives PATH", soft_wrap=True)
    if result.unsound:
        raise typer.Exit(Verdict.INVALID.exit_code)


def _tell_outcomes(outcomes: tuple[OutcomeCount, ...]) -> None:
    """What the target did is for objectives to judge; that it did nothing good is told at once."""
    targets = [target for target, _ in groupby(outcomes, key=lambda one: one.target)]
    if not targets:
        console.print("Outcomes  no request")
    for target in targets:
        of_it = [one for one in outcomes if one.target == target]
        told = ", ".join(f"{one.outcome} {one.requests:,}" for one in of_it)
        name = f"{target}: " if len(targets) > 1 else ""
        console.print(f"Outcomes  {name}{told}", markup=False, soft_wrap=True)
        if {one.outcome for one in of_it}.isdisjoint(_WENT_WELL):
            why = "" if of_it[0].first_detail is None else f", the first: {of_it[0].first_detail}"
            progress_console.print(
                f"No request to {target} went well{why}. Is it up, and does it know what is asked?",
                style="red",
                markup=False,
                soft_wrap=True,
            )

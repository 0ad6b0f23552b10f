"""Game days: demo, run, load, chaos, heal."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from evidence.home import Home
from evidence.verdict_record import Verdict
from reports.terminal import render_terminal
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
from stormproof.cli.outline_view import render_outline
from stormproof.live.messages import Ending
from stormproof.live.page_process import PageWish, live_page
from stormproof.plan import PlanFile, demo_plan, read_plan
from stormproof.run.game_day import GameDayResult, prepare_game_day, run_game_day
from stormproof.run.interrupt import interruptible
from stormproof.run.outline import outline
from stormproof.run.recovery import Recovery, recover

Runs = Annotated[Path, typer.Option("--runs", help="Where the run folder is made.")]


def add_run_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (demo, run, heal)
    for command in commands:
        app.command(rich_help_panel="Game days")(command)


def demo(
    documents: Annotated[int | None, typer.Option(min=1, help="Size of the corpus (20,000).")] = None,
    runs: Runs = RUNS_DIR,
    live: Live = False,
    live_port: LivePort = None,
) -> None:
    """The main job, start to report: real stack, load, three faults, verdict.

    Exits 0 on any valid verdict, 4 when the run is not evidence.
    """
    with command_home() as home:
        plan_file = read_plan(demo_plan())
        if documents is not None:
            plan_file = plan_file.with_documents(documents)
        result = _run(plan_file, home, runs, page_wish(live, live_port))
        verdict = result.conclusion.verdict.verdict
        raise typer.Exit(verdict.exit_code if verdict is Verdict.INVALID else 0)


def run(
    plan: Annotated[Path, typer.Argument(help="The plan of a game day.")],
    runs: Runs = RUNS_DIR,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would happen, on the clock; start nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Of a dry run: print it as JSON.")] = False,
    live: Live = False,
    live_port: LivePort = None,
) -> None:
    """A game day: load, faults and promises from one plan file.

    Exits 0 MET, 1 MISSED, 3 NOT PROVEN, 4 INVALID; 2 when the plan is wrong and nothing was run.
    """
    with command_home() as home:
        if dry_run:
            told = outline(prepare_game_day(read_plan(plan), runs, ()))
            if as_json:
                console.print_json(orjson.dumps(told).decode())
            else:
                console.print(render_outline(told))
            return
        result = _run(read_plan(plan), home, runs, page_wish(live, live_port))
        raise typer.Exit(result.conclusion.verdict.verdict.exit_code)


def heal() -> None:
    """Undo whatever any earlier run left: faults, its generator and service, a stack that it brought up."""
    with command_home() as home:
        recovery = recover(home)
        _tell(recovery, home.undo_file)
        if not recovery.clean:
            raise typer.Exit(exit_codes.STACK_UNAVAILABLE)


def _run(plan_file: PlanFile, home: Home, runs: Path, wish: PageWish) -> GameDayResult:
    command = ("stormproof", *sys.argv[1:])
    day = prepare_game_day(plan_file, runs, command)
    name = plan_file.plan.name
    with (
        interruptible() as interrupts,
        live_page(wish, home, name, tell_progress) as page,
        shown_board(page) as board,
    ):
        result = run_game_day(day, home, board, interrupts)
        if page is not None:
            page.ends(_ending(result))
    _show(result)
    if result.interrupted:
        raise typer.Exit(exit_codes.INTERRUPTED)
    return result


def _ending(result: GameDayResult) -> Ending:
    conclusion = result.conclusion
    return Ending(
        verdict=conclusion.verdict.verdict.value,
        reasons=tuple(conclusion.verdict.reasons),
        run_dir=str(conclusion.folder.path),
        report=str(conclusion.reports.report_html),
    )


def _show(result: GameDayResult) -> None:
    console.print()
    console.print(render_terminal(result.conclusion.verdict))
    console.print()
    console.print(f"Report    {result.conclusion.reports.report_html}", soft_wrap=True)
    console.print(f"Evidence  {result.conclusion.folder.path}", soft_wrap=True)
    if result.interrupted:
        progress_console.print("Interrupted: every fault is healed, the evidence up to then is kept.")


def _tell(recovery: Recovery, undo_file: Path) -> None:
    for healing in recovery.faults.healings:
        console.print(f"{healing.fault} of {healing.target}: {healing.state}. {healing.detail}", markup=False)
    for stray in recovery.faults.strays:
        console.print(f"proxy {stray.proxy} was {stray.was}: {stray.failure or 'cleared'}", markup=False)
    for line in recovery.faults.damaged:
        console.print(line, markup=False, soft_wrap=True)
    for name in recovery.ended:
        console.print(f"{name} of a dead run: ended")
    if recovery.run_lives:
        console.print("A run goes on: its processes were left alone.")
    elif recovery.stack_orphaned:
        console.print("The stack that a dead run had brought up: stopped.")
    faults = recovery.faults
    told = faults.healings or faults.strays or faults.damaged or recovery.ended or recovery.run_lives
    if not told:
        # Another user has another home: whoever looks for a fault there must see which one this is.
        console.print(f"Nothing was left broken, as {undo_file} says.", soft_wrap=True)

"""One part of a game day alone: serve, chaos."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

import stack
from evidence.clock import AnchoredClock
from evidence.home import Home
from evidence.run_folder import RunFolder, create_run_folder
from evidence.tenants_record import read_tenants
from evidence.timeline import FaultWindow, fault_windows, read_timeline
from evidence.verdict_record import Verdict
from loadtests.scenario import read_scenario, tenants_needed
from stormproof.cli.context import RUNS_DIR, command_home, console, progress_console, shown_board
from stormproof.errors import BadInput
from stormproof.plan import demo_plan, read_plan
from stormproof.run.experiment import find_experiment, start_experiment
from stormproof.run.interrupt import interruptible
from stormproof.run.lock import run_lock
from stormproof.run.recovery import clear_dead_run, stack_settings
from stormproof.run.service import SERVICE, seed, service_lives, service_url, start_service
from stormproof.run.stack_up import bring_up

_POLL_S = 0.1


def add_service_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (serve, chaos)
    for command in commands:
        app.command(rich_help_panel="Parts of a game day")(command)


def serve(
    documents: Annotated[int, typer.Option(min=1, help="Size of the seeded corpus.")] = 20_000,
) -> None:
    """Run the seeded reference service before the stack, until Ctrl-C. The stack stays up."""
    with command_home() as home, interruptible():
        with run_lock(home):
            recover_first = stack.registry(stack_settings(home)).process(SERVICE)
            if recover_first is not None and stack.is_running(recover_first):
                raise BadInput(f"The service runs already at {service_url(home)} (pid {recover_first.pid}).")
            with shown_board() as board:
                bring_up(stack_settings(home), board)
                plan_file = read_plan(demo_plan())
                tenants = tenants_needed(read_scenario(plan_file.resolve(plan_file.plan.scenario)))
                seed(home, tenants, documents, plan_file.plan.seed, lambda line: board.tell("seed", line))
                board.tell("seed", f"{documents:,} documents", done=True)
                board.tell(SERVICE, "starting")
                process = start_service(home, None, cwd=home.state_dir)
                board.tell(SERVICE, f"ready at {service_url(home)}", done=True)
            _tell_how_to_ask(home)
        try:
            while service_lives(home):
                time.sleep(_POLL_S)
            console.print(f"The service ended: see {process.log_file}", soft_wrap=True)
        finally:
            stack.end_processes(stack_settings(home), lambda one: one.name == SERVICE)


def chaos(
    experiment: Annotated[
        str, typer.Argument(help="An experiment of ours by name, or a Chaos Toolkit file.")
    ],
    run: Annotated[
        Path | None, typer.Option(help="The run folder; by default a new one below runs/.")
    ] = None,
    hold_s: Annotated[float, typer.Option(min=0, max=3600, help="How long the fault is held.")] = 15.0,
) -> None:
    """Run one experiment on the local stack; exits 0 only when each fault was felt and is gone, else 4."""
    with command_home() as home, interruptible(), run_lock(home):
        path = find_experiment(experiment, Path.cwd())
        folder = _folder(run, path.stem)
        running = start_experiment(home, folder, path, hold_s=hold_s, phase=path.stem)
        try:
            with shown_board() as board:
                board.tell(path.stem, f"{hold_s:g} s")
                while running.exit_code() is None:
                    time.sleep(_POLL_S)
                board.tell(path.stem, "ended", done=True)
        finally:
            if running.exit_code() is None:
                running.interrupt()
            running.unregister()
            clear_dead_run(home, keep_stack=True)
        windows = fault_windows(read_timeline(folder.timeline_file))
        for window in windows:
            console.print(_told(window), markup=False, soft_wrap=True)
        console.print(f"Evidence  {folder.path}", soft_wrap=True)
        if not windows or not all(
            window.felt and window.healed and not window.failures for window in windows
        ):
            progress_console.print("The experiment is not evidence: see its timeline and logs.", style="red")
            raise typer.Exit(Verdict.INVALID.exit_code)


def _folder(run: Path | None, name: str) -> RunFolder:
    if run is None:
        return create_run_folder(RUNS_DIR, name, AnchoredClock.anchor().now_ns())
    run.mkdir(parents=True, exist_ok=True)
    return RunFolder(run.absolute())


def _told(window: FaultWindow) -> str:
    felt = "felt" if window.felt else "NOT felt"
    healed = "healing verified" if window.healed else "healing NOT verified"
    why = f": {'; '.join(window.failures)}" if window.failures else ""
    return f"{window.name} of {window.target}: {felt}, {healed}{why}"


def _tell_how_to_ask(home: Home) -> None:
    tenant = read_tenants(home.tenants_file).tenants[0]
    console.print(f"\nAsk it, as {tenant.id}:", highlight=False)
    word = read_tenants(home.tenants_file).words[0]
    console.print(
        f"curl -i -H 'Authorization: Bearer {tenant.api_key}' '{service_url(home)}/search?q={word}'",
        markup=False,
        soft_wrap=True,
    )
    console.print("\nCtrl-C stops it; the stack stays up until: stormproof down")

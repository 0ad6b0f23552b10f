"""The reference service alone: serve."""

import time
from typing import Annotated

import typer

import stack
from evidence.home import Home
from evidence.tenants_record import read_tenants
from loadtests.scenario import tenants_needed
from loadtests.scenario_file import read_scenario
from stormproof.cli.context import command_home, console, shown_board
from stormproof.errors import BadInput
from stormproof.plan import demo_plan, read_plan
from stormproof.run.interrupt import interruptible
from stormproof.run.lock import run_lock
from stormproof.run.recovery import stack_settings
from stormproof.run.service import SERVICE, seed, service_lives, service_url, start_service
from stormproof.run.stack_up import bring_up

_POLL_S = 0.1


def add_service_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    app.command(rich_help_panel="Parts of a game day")(serve)


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

"""`stormproof find-writes`: is every acknowledged write of a run there?"""

import time
from pathlib import Path
from typing import Annotated

import aiohttp
import asyncpg
import typer

from evidence.run_folder import RunFolder
from stormproof.cli.context import command_home, console, shown_board
from stormproof.drills.context import NotRecovered
from stormproof.drills.found_writes import record_found, stores_of
from stormproof.drills.oracle import acknowledged_writes, find_lost
from stormproof.errors import BadInput
from stormproof.run.recovery import stack_settings

EXIT_LOST = 1
_STORES = ("elasticsearch", "postgres")
"""Asked themselves: the service's limits would make it last."""
_MOST_TOLD = 10


def add_find_writes_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Verdicts")(find_writes)


def find_writes(
    run: Annotated[Path, typer.Argument(help="A run folder: runs/<id>.")],
    within_s: Annotated[
        float,
        typer.Option("--within", metavar="SECONDS", min=0, help="How long what is on its way may take."),
    ] = 60.0,
) -> None:
    """Look for every acknowledged write of a run in the stack's stores; record what is there as evidence.

    Exits 0 when all are there, 1 when one is lost.
    """
    with command_home() as home:
        folder = RunFolder(run.absolute())
        expected = acknowledged_writes(folder)
        if not expected:
            raise BadInput(f"{run}: no acknowledged write is recorded: nothing can be looked for.")
        try:
            stores = stores_of(stack_settings(home), "")
            asked = {store: stores[store] for store in _STORES}
            with shown_board() as board:
                board.tell("writes", f"looking for {len(expected):,} acknowledged documents")
                lost = find_lost(expected, {}, asked, within_s, time.monotonic)
        except (NotRecovered, aiohttp.ClientError, asyncpg.PostgresError, OSError) as error:
            told = str(error) or type(error).__name__
            raise BadInput(f"The stack cannot be asked ({told}): start it with `stormproof up`.") from error
        looked_for = record_found(folder, time.time_ns(), lost)
        names = sorted({(one.tenant, one.document_id) for one in lost})
        for tenant, document_id in names[:_MOST_TOLD]:
            console.print(f"lost: document {document_id} of {tenant}", markup=False, soft_wrap=True)
        console.print(f"{looked_for - len(names):,} of {looked_for:,} acknowledged documents are there.")
        if names:
            raise typer.Exit(EXIT_LOST)

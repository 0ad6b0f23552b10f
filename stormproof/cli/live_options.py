"""--live and --live-port, of all commands that put load on."""

from typing import Annotated

import typer

from stormproof.live.page_process import PageWish

Live = Annotated[bool, typer.Option("--live", help="Show the run on a local web page while it goes on.")]
LivePort = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=65535,
        help="Its port on 127.0.0.1. By default the stack's own (21090), or any where that is taken.",
    ),
]


def page_wish(live: bool, live_port: int | None) -> PageWish:
    """A port alone asks for the page, too."""
    return PageWish(live or live_port is not None, live_port)

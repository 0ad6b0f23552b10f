"""`python -m stormproof.live`: the process of a run's page; `page_process` starts it.

Reads messages of the command from its standard input and says on its standard output where it listens and
when somebody wants to abort. When the command ends it stays as long as somebody looks, ten minutes at most.
"""

import argparse
import asyncio
import os
import secrets
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from evidence.ports import HOST
from stormproof.live.guard import Guard
from stormproof.live.messages import ABORT, LISTENING, REFUSED, Ending, LoadBegins, Step, message_of
from stormproof.live.run_watch import RunWatch
from stormproof.live.server import LiveServer
from stormproof.live.target_watch import TargetWatch

_REFRESHED_EVERY_S = 1.0
_NICE = 10
"""Whoever looks must not hold up what is looked at, but whoever aborts is not to wait."""
_LINGERS_S = 600.0
_POLL_S = 0.1
_COMES_BACK_WITHIN_S = 3.0
"""A page that is loaded again has no viewer for a moment."""


class _Host:
    """Holds together what follows the run and what shows it."""

    def __init__(self, watch: RunWatch, listener: socket.socket) -> None:
        self._watch, self._listener = watch, listener
        self._target = TargetWatch()
        self._guard = Guard(listener.getsockname()[1], secrets.token_urlsafe(24))
        self._server = LiveServer(watch, self._target, self._guard, lambda: _say(ABORT))
        self._asking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until the command has ended and nobody looks."""
        runner = web.AppRunner(self._server.application(), access_log=None, handler_cancellation=True)
        await runner.setup()
        try:
            await web.SockSite(runner, self._listener, shutdown_timeout=1.0).start()
            _say(f"{LISTENING} http://{HOST}:{self._guard.port}/#{self._guard.token}")
            os.nice(_NICE)
            refreshing = asyncio.create_task(self._refresh())
            await self._listen()
            refreshing.cancel()
            with suppress(asyncio.CancelledError):
                await refreshing
            self._watch.refresh()
            self._server.publish()
            await self._linger()
            self._server.feed.end()
        finally:
            self._watch.close()
            await runner.cleanup()

    async def _refresh(self) -> None:
        while True:
            self._watch.refresh()
            self._server.publish()
            if self._asking is None and (target := self._watch.target) is not None:
                self._asking = asyncio.create_task(self._target.follow(target))
            await asyncio.sleep(_REFRESHED_EVERY_S)

    async def _listen(self) -> None:
        """Until the command says how it ended, or is gone."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        while line := await reader.readline():
            message = message_of(line)
            match message:
                case Step():
                    self._watch.step(message)
                case LoadBegins():
                    self._watch.load_begins(message)
                case Ending():
                    report = None if message.report is None else Path(message.report)
                    if report is not None:
                        self._server.has_report(report)
                    self._watch.ends(message, None if report is None else self._server.report_path)
                    break
                case None:
                    pass
        else:
            self._watch.ends(None, None)
        if self._asking is not None:
            self._asking.cancel()

    async def _linger(self) -> None:
        until_s = time.monotonic() + _LINGERS_S
        # Time that passes without a viewer is no event to wait for.
        while time.monotonic() < until_s and self._server.looked_at(_COMES_BACK_WITHIN_S):  # noqa: ASYNC110 -- time passes, no event
            await asyncio.sleep(_POLL_S)


def main() -> int:
    """0, or 2 where it cannot listen."""
    parser = argparse.ArgumentParser(prog="python -m stormproof.live", description=__doc__)
    parser.add_argument("--title", default="A run")
    parser.add_argument("--port", type=int, action="append", default=[], help="the first that is free")
    options = parser.parse_args()
    listener = _listener(options.port)
    if isinstance(listener, str):
        _say(f"{REFUSED} {listener}")
        return 2
    asyncio.run(_Host(RunWatch(options.title), listener).run())
    return 0


def _listener(ports: list[int]) -> socket.socket | str:
    """On the first port that is free; else why there is none."""
    refused = "no port was named"
    for port in ports:
        try:
            return socket.create_server((HOST, port), backlog=64)
        except OSError as error:
            refused = f"port {port} of {HOST}: {error.strerror or error}"
    return refused


def _say(line: str) -> None:
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    sys.exit(main())

"""The command's side of its page: starts its process, tells it what goes on, and hears of an abort.

Nothing of it can hold up or end the command but an abort: what cannot be told at once is left out.
"""

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from evidence.home import Home
from evidence.ports import StackPorts
from stormproof.errors import BadInput
from stormproof.live.messages import ABORT, LISTENING, REFUSED, Ending, LoadBegins, Message, Step, line_of

_STARTS_WITHIN_S = 60.0
"""Two seconds, and what a busy machine makes of them."""
_ENDS_WITHIN_S = 1.0
_MOST_WAITING = 1000


@dataclass(frozen=True, slots=True)
class PageWish:
    """Whether a page is wanted, and where."""

    wanted: bool
    port: int | None = None
    """None: the stack's own port for it, or another where that is taken."""


class LivePage:
    """A page that was started."""

    def __init__(self, process: subprocess.Popen[bytes], on_abort: Callable[[], None]) -> None:
        self._process, self._on_abort = process, on_abort
        self._said: queue.Queue[str] = queue.Queue()
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_MOST_WAITING)
        self._has_ended = False

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid

    def start(self) -> str:
        """Where it listens. Raises OSError that says why it does not."""
        for work, stream in ((self._hear, self._process.stdout), (self._send, self._process.stdin)):
            threading.Thread(target=work, args=(stream,), name="live-page", daemon=True).start()
        try:
            word, _, told = self._said.get(timeout=_STARTS_WITHIN_S).partition(" ")
        except queue.Empty:
            word, told = REFUSED, f"it did not start within {_STARTS_WITHIN_S:g} s"
        if word != LISTENING:
            self.kill()
            raise OSError(told)
        return told

    def step(self, what: str, state: str, *, done: bool, failed: bool) -> None:
        """How something goes."""
        self._tell(Step(what, state, done, failed))

    def load_begins(self, run_dir: Path, duration_s: float | None) -> None:
        """A load records there from now on."""
        self._tell(LoadBegins(str(run_dir), duration_s))

    def ends(self, ending: Ending) -> None:
        """What it came to. The page stays for those who look at it; nobody waits for that."""
        if self._has_ended:
            return
        self._has_ended = True
        self._tell(ending)
        self._put(None)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_ENDS_WITHIN_S)

    def kill(self) -> None:
        """At once, whoever looks."""
        self._has_ended = True
        self._process.kill()
        self._process.wait()

    def _tell(self, message: Message) -> None:
        with suppress(
            ValueError
        ):  # what cannot be written as JSON, such as a path that is no text, is left out
            self._put(line_of(message))

    def _put(self, line: bytes | None) -> None:
        with suppress(queue.Full):
            self._waiting.put_nowait(line)

    def _send(self, stream: IO[bytes]) -> None:
        """A pipe that is full holds up this thread and nothing else."""
        with suppress(OSError, ValueError):
            while (line := self._waiting.get()) is not None:
                stream.write(line)
                stream.flush()
        with suppress(OSError):
            stream.close()

    def _hear(self, stream: IO[bytes]) -> None:
        for raw in stream:
            line = raw.decode("utf-8", "replace").strip()
            if line == ABORT and not self._has_ended:
                self._on_abort()
            else:
                self._said.put(line)
        self._said.put(f"{REFUSED} it ended while it started")


@contextmanager
def live_page(
    wish: PageWish, home: Home, title: str, tell: Callable[[str], None]
) -> Iterator[LivePage | None]:
    """A page while the block lasts, where one is wanted; `tell` gets its address, or why there is none.

    Called by the main thread, whom an abort interrupts as Ctrl-C does. Raises BadInput for a port that was
    asked for and cannot be had.
    """
    page = _started(wish, home, title, tell) if wish.wanted else None
    try:
        yield page
    except BaseException as error:
        if page is not None:
            told = "interrupted" if isinstance(error, KeyboardInterrupt) else "not run"
            page.ends(Ending(told, (str(error),) if str(error) else ()))
        raise
    if page is not None:
        page.ends(Ending("ended", ()))


def start_page(
    title: str, ports: Sequence[int], log: Path, on_abort: Callable[[], None]
) -> tuple[LivePage, str]:
    """A page on the first of `ports` that is free (0: any), and its address.

    `on_abort` is called on a thread of the page's. Raises OSError that says why there is none.
    """
    page = LivePage(_process(ports, title, log), on_abort)
    return page, page.start()


def _started(wish: PageWish, home: Home, title: str, tell: Callable[[str], None]) -> LivePage | None:
    ports = (StackPorts(home.port_base).live_page, 0) if wish.port is None else (wish.port,)
    log = home.state_dir / "logs" / "live-page.log"
    interrupt = partial(signal.pthread_kill, threading.get_ident(), signal.SIGINT)
    try:
        page, address = start_page(title, ports, log, interrupt)
    except OSError as error:
        if wish.port is not None:
            raise BadInput(
                f"--live-port {wish.port}: the page cannot be served: {error}. Name another port."
            ) from error
        tell(f"The live page cannot be served: {error}. See {log}; the run goes on without it.")
        return None
    tell(f"Live page {address}")
    return page


def _process(ports: Sequence[int], title: str, log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    named = [word for port in ports for word in ("--port", str(port))]
    with log.open("ab") as stream:
        return subprocess.Popen(
            (sys.executable, "-P", "-m", "stormproof.live", "--title", title, *named),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stream,
            start_new_session=True,  # Ctrl-C is for the command: the page shows how it heals
        )

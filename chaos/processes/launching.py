"""Starting a program so that it is noted before it begins, and outlives whoever starts it."""

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from chaos.errors import NotStartedError

_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Launch:
    """A program and all that it is started with."""

    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str]
    log_file: str
    user_id: int | None = None
    """Only root can switch to another; None stays what the caller is."""
    group_id: int | None = None
    nicer_by: int = 0
    """Added to the caller's niceness."""


def bare_environment(added: Mapping[str, str]) -> dict[str, str]:
    """PATH and `added`: nothing else that was set for the caller reaches the program."""
    return {"PATH": os.environ.get("PATH", os.defpath), **added}


def account(user: str) -> tuple[int, int]:
    """User and group id. Raises NotStartedError for a name that this machine does not know."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError as error:
        raise NotStartedError(f"There is no user {user!r} on this machine.") from error
    return entry.pw_uid, entry.pw_gid


@contextmanager
def launching(launch: Launch) -> Iterator[psutil.Process]:
    """The process that will be the program: it begins at the end of the block, unless that raises.

    Raises NotStartedError, which says what the launcher said.
    """
    with subprocess.Popen(
        (sys.executable, "-I", "-S", str(_LAUNCHER)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as launcher:
        assert launcher.stdin and launcher.stdout and launcher.stderr  # noqa: S101 -- as asked for
        try:
            launcher.stdin.write(json.dumps(asdict(launch)) + "\n")
            launcher.stdin.flush()
            said = launcher.stdout.readline().strip()
        except OSError as error:
            raise NotStartedError(f"{launch.argv[0]} cannot be started: {error}") from error
        if not said.isdigit():
            lines = launcher.stderr.read().strip().splitlines() or ["it said nothing"]
            raise NotStartedError(f"{launch.argv[0]} cannot be started: {lines[-1]}")
        yield psutil.Process(int(said))
        try:
            launcher.stdin.write("begin\n")
            launcher.stdin.flush()
        except OSError as error:
            raise NotStartedError(f"{launch.argv[0]} cannot be started: {error}") from error

"""What the experiments of this folder break: a lamp, whose state is a file in the present folder."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from chaoslib.exceptions import InterruptExecution

_OFF, _ASKED = Path("lamp-is-off"), Path("asked-while-off")


def is_on() -> bool:
    """Whether it shines."""
    if _OFF.exists():
        _ASKED.touch()
        return False
    return True


def switch_off() -> bool:
    """It is dark."""
    _OFF.touch()
    return True


def switch_on() -> bool:
    """It shines."""
    _OFF.unlink(missing_ok=True)
    return True


def wait_until_asked() -> bool:
    """Until somebody asked it while it was dark."""
    deadline_s = time.monotonic() + 20
    while not _ASKED.exists() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return True


def refuse() -> bool:
    """An action that says that it did nothing."""
    return False


def fail() -> None:
    """An action that breaks down."""
    raise PermissionError("not allowed to switch it off")


def safeguard() -> None:
    """Ends the experiment: too many people are in the dark."""
    raise InterruptExecution("too many people are in the dark")


def swallow() -> bool:
    """Is told to end while it is at work, and catches whatever comes."""
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    except Exception:
        return True
    return True


def linger(duration_s: float) -> bool:
    """Takes its time."""
    time.sleep(duration_s)
    return True


def leave() -> None:
    """Ends the whole process, with a code that says that all is well."""
    os._exit(0)


def whatever(value: Mapping[str, object] | bool) -> bool:
    """A tolerance to which everything is fine."""
    return bool(value) or not value


def is_true(value: bool) -> bool:
    """A tolerance to which the lamp must shine."""
    return value


def vanish() -> None:
    """Switches off, removes the file of the experiment itself, and ends the process."""
    switch_off()
    Path("vanishing.yaml").unlink()
    leave()

"""Small programs that tests start as processes."""

import sys
from pathlib import Path

from stack import ProcessSpec

FOREVER = "import time; print('here', flush=True); time.sleep(600)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); "
    "time.sleep(600)"
)
WITH_CHILD = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
    "print(child.pid, flush=True); time.sleep(600)"
)


def python_process(
    folder: Path, code: str, name: str = "service", run: str | None = None, log_file: Path | None = None
) -> ProcessSpec:
    """A process that runs `code`; its output is in `<name>.log`."""
    return ProcessSpec(
        name=name,
        role="service",
        argv=(sys.executable, "-c", code),
        cwd=folder,
        log_file=log_file or folder / f"{name}.log",
        run=run,
    )

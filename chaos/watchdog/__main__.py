"""`python -m chaos.watchdog UNDO_FILE RUNNER [SUPERVISOR]`: watches one runner, and whoever supervises it.

It says `ready PID` as soon as it does.
"""

import logging
import os
import sys
from pathlib import Path

from chaos.timing import Timing
from chaos.watchdog.keeper import READY
from chaos.watchdog.runner import parse_runner
from chaos.watchdog.watchdog import Orders, Watchdog


def main(arguments: list[str]) -> int:
    """0 when all is healed at its end."""
    undo_file, text, *supervisor = arguments
    runner = parse_runner(text)
    if runner is None:
        sys.stderr.write(f"{text!r}: must be a runner, as 4711@1700000000.25\n")
        return 2
    if os.fork() != 0:
        # Nobody's child: whoever ends the runner with its children does not end this.
        os._exit(0)
    orders = Orders()
    orders.install()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    os.chdir("/")
    sys.stdout.write(f"{READY} {os.getpid()}\n")
    sys.stdout.flush()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    supervised_by = parse_runner(supervisor[0]) if supervisor else None
    healed = Watchdog(runner, Path(undo_file), Timing.real(), supervised_by).watch(orders)
    return 0 if healed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

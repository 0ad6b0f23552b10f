"""`python -m loadtests.live RUN_DIR`: shows a load that goes on, from what its workers write.

Ends when its standard input does: who starts it holds the other end. Alone, Ctrl-D ends it.
"""

import argparse
import os
import select
import signal
import sys
from pathlib import Path

from rich.console import Console

from loadtests.live.show import show
from loadtests.live.watch import watching


def main() -> int:
    """0, or 2 for records that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m loadtests.live", description=__doc__)
    parser.add_argument("run_dir", type=Path)
    parser.add_argument("--duration-s", type=float, default=None)
    options = parser.parse_args()
    # Ctrl-C is for the load: it ends, and with it our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    console = Console(stderr=True, highlight=False)
    with watching(options.run_dir) as watch:
        try:
            show(watch, console, options.duration_s, _input_ends_within)
        except ValueError as error:
            console.print(str(error), markup=False, soft_wrap=True)
            return 2
    return 0


def _input_ends_within(seconds: float) -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1024)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m stack up|down|status`: a stack without the command line of stormproof."""

import argparse
import os
import sys
import time
from pathlib import Path

from stack import (
    DEFAULT_PORT_BASE,
    Profile,
    ProgressListener,
    StackError,
    StackProgress,
    StackSettings,
    down,
    status,
    up,
)


def main() -> int:
    """0, or 69 when a part could not be had, or 1 when `status` finds a part that does not run."""
    parser = argparse.ArgumentParser(prog="python -m stack", description=__doc__)
    parser.add_argument("command", choices=("up", "down", "status"))
    parser.add_argument("--home", type=Path, required=True, help="folder of data, logs and state")
    parser.add_argument("--programs", type=Path, help="folder of programs, shared by stacks")
    parser.add_argument("--port-base", type=int, default=DEFAULT_PORT_BASE)
    parser.add_argument("--profile", type=Profile, choices=tuple(Profile), default=Profile.SINGLE)
    parser.add_argument("--wipe", action="store_true", help="with down: remove the data too")
    arguments = parser.parse_args()
    home = arguments.home.absolute()
    state_dir = (
        home if arguments.port_base == DEFAULT_PORT_BASE else home / "stacks" / str(arguments.port_base)
    )
    shared = Path("/var/cache/stormproof/programs") if os.geteuid() == 0 else home / "programs"
    settings = StackSettings(
        arguments.programs or shared, state_dir, arguments.port_base, profile=arguments.profile
    )
    start_s = time.monotonic()

    def show(progress: StackProgress) -> None:
        if not progress.detail:
            _print(f"{time.monotonic() - start_s:6.1f} s  {progress.part:14} {progress.step}")

    try:
        return _run(arguments.command, settings, show, wipe=arguments.wipe)
    except StackError as error:
        sys.stderr.write(f"{error.what}\n  where: {error.where}\n  next:  {error.next_step}\n")
        return 69


def _run(command: str, settings: StackSettings, show: ProgressListener, *, wipe: bool) -> int:
    match command:
        case "up":
            up(settings, show)
        case "down":
            down(settings, show, wipe=wipe)
        case _:
            parts = status(settings)
            for part in parts:
                proxy = f"via {part.proxy_port}" if part.proxy_port else ""
                _print(
                    f"{part.title:14} {part.version:8} {part.state:9} port {part.port} {proxy:9} "
                    f"pid {part.pid} {part.log_file} {part.reason}"
                )
            return 0 if all(part.state == "running" for part in parts) else 1
    return 0


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

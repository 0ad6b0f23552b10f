"""A generator alone, with its load on the screen and its log in the run folder."""

import subprocess
from pathlib import Path

from evidence.run_folder import RunFolder
from loadtests.command import EXIT_COMPLETED
from stormproof.console import StepBoard
from stormproof.live_view import live_view

_TOLD_LINES = 15


def run_generator(
    command: tuple[str, ...], folder: RunFolder, duration_s: float, board: StepBoard
) -> tuple[int, str]:
    """Its exit code, and where that is not 0 the last lines of its log. Ctrl-C lets it drain."""
    folder.logs_dir.mkdir(parents=True, exist_ok=True)
    log_file = folder.logs_dir / "generator.log"
    board.tell("load", "starting")
    with (
        log_file.open("wb") as log,
        live_view(board, folder.path, duration_s),
        subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as generator,
    ):
        try:
            code = generator.wait()
        except KeyboardInterrupt:
            board.tell("load", "interrupted: waiting for the last answers")
            generator.terminate()
            code = generator.wait()
    failed = code != EXIT_COMPLETED
    board.tell(
        "load", f"the generator exited with {code}" if failed else "sent", done=not failed, failed=failed
    )
    return code, _tail(log_file) if failed else ""


def _tail(log_file: Path) -> str:
    return "\n".join(log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-_TOLD_LINES:])

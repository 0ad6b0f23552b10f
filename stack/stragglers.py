"""Processes of a stack that its register does not know.

They are left when a command is killed between starting a part and registering it, when `stack.json` is
removed, and as children of a server that was killed. A process is taken for one only when both its program
is ours and it works in the data folder of this stack.
"""

from collections.abc import Iterator

import psutil

from stack.ending import kill_what_stays
from stack.settings import StackSettings


def find_stragglers(settings: StackSettings, part: str | None = None) -> tuple[psutil.Process, ...]:
    """Every process of this stack's data folder (or of one part's) that runs a program of ours."""
    folders = settings.data_dirs if part is None else (settings.part_dir(part),)
    programs = str(settings.programs_dir.resolve())
    return tuple(found for folder in folders for found in _inside(programs, str(folder.resolve())))


def end_stragglers(settings: StackSettings, part: str | None = None) -> int:
    """Kill them; returns how many there were."""
    found = find_stragglers(settings, part)
    kill_what_stays(found, timeout_s=0)
    return len(found)


def _inside(programs: str, folder: str) -> Iterator[psutil.Process]:
    # Not process_iter: it hands out the same objects again, and they remember the program that a process had
    # before its exec (sh, nice), as seen while another part was being started.
    for pid in psutil.pids():
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            cwd, program = process.cwd(), process.exe()
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or another user's
        if (cwd == folder or cwd.startswith(f"{folder}/")) and program.startswith(f"{programs}/"):
            yield process

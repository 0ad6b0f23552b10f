"""Processes that nobody registered are known by the program that they run now and by their folder."""

import subprocess
import sys
from pathlib import Path

from stack.settings import StackSettings
from stack.stragglers import end_stragglers, find_stragglers
from tests.stack.waiting import wait_until


def test_a_process_seen_before_its_exec_is_known_after_it(tmp_path: Path) -> None:
    settings = StackSettings(tmp_path / "programs", tmp_path / "state", 24600)
    folder = settings.part_dir("elasticsearch")
    folder.mkdir(parents=True)
    program = settings.programs_dir / "sleep"
    program.parent.mkdir(parents=True)
    program.write_bytes(Path("/bin/sleep").read_bytes())
    program.chmod(0o755)
    # As a part is started: another program first, which becomes the part's when it is told to.
    become = f"import os; input(); os.execv({str(program)!r}, ['sleep', '60'])"
    with subprocess.Popen((sys.executable, "-c", become), cwd=folder, stdin=subprocess.PIPE) as child:
        try:
            wait_until(lambda: Path(f"/proc/{child.pid}/cwd").resolve() == folder.resolve())
            assert find_stragglers(settings) == ()
            assert child.stdin is not None
            child.stdin.write(b"\n")
            child.stdin.flush()
            wait_until(lambda: Path(f"/proc/{child.pid}/exe").resolve() == program.resolve())
            assert [found.pid for found in find_stragglers(settings)] == [child.pid]
            assert end_stragglers(settings) == 1
        finally:
            child.kill()

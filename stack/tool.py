"""Running a tool (uv, go, initdb, tar) to its end."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stack.cancellation import Cancellation
from stack.unprivileged_user import find_user

_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class ToolResult:
    """How a tool ended."""

    exit_code: int
    output: str
    """Both its streams, as they came."""

    @property
    def ran_out_of_disk(self) -> bool:
        """Whether it says that no space was left."""
        return "No space left on device" in self.output or "Disk quota exceeded" in self.output

    def last_lines(self, count: int = 8) -> str:
        """The end of its output."""
        return "\n".join(self.output.strip().splitlines()[-count:])


def run_tool(
    argv: Sequence[str],
    *,
    cancellation: Cancellation,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
) -> ToolResult:
    """Run `argv` with `environment` added; ends it, and what it started, when everyone is to stop."""
    account = find_user(user) if user is not None else None
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        try:
            while child.poll() is None:
                cancellation.sleep(_POLL_S)
        finally:
            if child.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        output.seek(0)
        return ToolResult(child.returncode, output.read().decode(errors="replace"))

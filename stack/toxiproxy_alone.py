"""A Toxiproxy for a service that is not the stack's: the pinned one, with the proxies of a file."""

from pathlib import Path

from stack.layout import HOST, TOXIPROXY
from stack.programs import TOXIPROXY as PROGRAM
from stack.programs.program import ProgramStore
from stack.progress import ProgressListener, StackProgress, ignore_progress
from stack.settings import StackSettings


def toxiproxy_command(
    settings: StackSettings, proxies: Path, port: int, on_progress: ProgressListener = ignore_progress
) -> tuple[str, ...]:
    """The arguments to start it with, its admin interface at `port` of loopback; built if it is not there.

    `proxies` is a file as toxiproxy-server takes it. Nothing is started. Raises DownloadFailed,
    DownloadAltered, DiskFull, StackBusy.
    """

    def tell(step: str, detail: str) -> None:
        on_progress(StackProgress(TOXIPROXY.name, step, detail=detail))

    program = ProgramStore(settings.programs_dir).ensure(PROGRAM, tell)
    on_progress(StackProgress(TOXIPROXY.name, f"{TOXIPROXY.title} {TOXIPROXY.version}", done=True))
    return (
        *(str(program / "toxiproxy-server"), "-host", HOST, "-port", str(port)),
        *("-config", str(proxies.absolute())),
    )

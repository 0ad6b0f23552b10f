"""The real dependencies on one machine: where their programs come from, how they start and stop.

`up`, `down` and `status` handle a whole stack. Others (the service, the generator) are started with
`start_process` and ended with `end_processes`, so that `down`, and whoever cleans up after a crash, knows
them.
"""

from stack.disk import FreeSpaceProbe
from stack.errors import (
    Cancelled,
    DiskFull,
    DownloadAltered,
    DownloadFailed,
    FolderUnreachable,
    PartFailed,
    PortTaken,
    StackBusy,
    StackError,
    StateUnreadable,
)
from stack.layout import DEFAULT_PORT_BASE, HOST, PARTS, PartLayout
from stack.management import (
    clear_owner,
    end_processes,
    find_process,
    is_running,
    registry,
    set_owner,
    start_process,
    stop_process,
)
from stack.port_check import require_free_port
from stack.process import ProcessSpec, exit_code
from stack.progress import ProgressListener, StackProgress
from stack.registry import ManagedProcess, Owner, Part, Role, StackState
from stack.settings import StackSettings
from stack.starting import up
from stack.status import PartStatus, status
from stack.stopping import down

__all__ = [
    "DEFAULT_PORT_BASE",
    "HOST",
    "PARTS",
    "Cancelled",
    "DiskFull",
    "DownloadAltered",
    "DownloadFailed",
    "FolderUnreachable",
    "FreeSpaceProbe",
    "ManagedProcess",
    "Owner",
    "Part",
    "PartFailed",
    "PartLayout",
    "PartStatus",
    "PortTaken",
    "ProcessSpec",
    "ProgressListener",
    "Role",
    "StackBusy",
    "StackError",
    "StackProgress",
    "StackSettings",
    "StackState",
    "StateUnreadable",
    "clear_owner",
    "down",
    "end_processes",
    "exit_code",
    "find_process",
    "is_running",
    "registry",
    "require_free_port",
    "set_owner",
    "start_process",
    "status",
    "stop_process",
    "up",
]  # fmt: skip -- a list of names

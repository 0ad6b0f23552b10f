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
from stack.examination import Finding, Fitness, examine
from stack.layout import DEFAULT_PORT_BASE, HOST, PARTS, PartLayout, Profile
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
from stack.part_control import kill_parts, start_part
from stack.port_check import require_free_port
from stack.postgres_backup import RECOVERY_SETTINGS, archive_rest, base_backup, prepare_recovery
from stack.process import ProcessSpec, exit_code
from stack.progress import ProgressListener, StackProgress
from stack.registry import ManagedProcess, Owner, Part, Role, StackState
from stack.set_aside import give_up_set_aside, is_anything_set_aside, set_aside
from stack.settings import StackSettings
from stack.starting import up
from stack.status import PartStatus, status
from stack.stopping import down
from stack.toxiproxy_alone import toxiproxy_command

__all__ = [
    "DEFAULT_PORT_BASE",
    "HOST",
    "PARTS",
    "RECOVERY_SETTINGS",
    "Cancelled",
    "DiskFull",
    "DownloadAltered",
    "DownloadFailed",
    "Finding",
    "Fitness",
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
    "Profile",
    "ProgressListener",
    "Role",
    "StackBusy",
    "StackError",
    "StackProgress",
    "StackSettings",
    "StackState",
    "StateUnreadable",
    "archive_rest",
    "base_backup",
    "clear_owner",
    "down",
    "end_processes",
    "examine",
    "exit_code",
    "find_process",
    "give_up_set_aside",
    "is_anything_set_aside",
    "is_running",
    "kill_parts",
    "prepare_recovery",
    "registry",
    "require_free_port",
    "set_aside",
    "set_owner",
    "start_part",
    "start_process",
    "status",
    "stop_process",
    "toxiproxy_command",
    "up",
]  # fmt: skip -- a list of names

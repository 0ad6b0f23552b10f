"""Processes: starting one so that it is registered at once, and knowing whether it still is the same one."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from stack.birth import birth_of
from stack.disk import disk_full_explained
from stack.errors import PartFailed
from stack.files import make_folder
from stack.registry import ManagedProcess, Registry, Role
from stack.unprivileged_user import find_user

CREATION_TOLERANCE_S = 1.0
"""psutil derives creation times from the boot time, which clock corrections move a little."""
_LOG_LIMIT_BYTES = 20_000_000
"""A log file larger than this is set aside when its process starts again."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""What this process started: kept so that it is reaped when it ends, and not left as a zombie."""
_exit_codes: dict[int, int] = {}


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """How to start a process, and what it is to be known as."""

    name: str
    role: Role
    argv: tuple[str, ...]
    cwd: Path
    log_file: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the caller's environment (or to a bare one)."""
    bare_environment: bool = False
    """Start from PATH alone, so that nothing set for the caller reaches the process."""
    user: str | None = None
    """Switch to this user; only root can."""
    nice: int = 0
    ports: tuple[int, ...] = ()
    run: str | None = None
    """The run that it must not outlive."""


def start_process(registry: Registry, spec: ProcessSpec) -> ManagedProcess:
    """Start `spec` in a session of its own (a Ctrl-C of the terminal does not reach it) and register it.

    Its output goes to the end of its log file. Raises PartFailed when it cannot be started, DiskFull.
    """
    with disk_full_explained(spec.log_file.parent, f"starting {spec.name}"):
        make_folder(spec.log_file.parent)
        _set_aside_large(spec.log_file)
        with spec.log_file.open("ab") as log:
            child = _spawn(spec, log.fileno())
        return _register(registry, spec, child)


def _spawn(spec: ProcessSpec, log: int) -> subprocess.Popen[bytes]:
    argv = spec.argv if spec.nice == 0 else (shutil.which("nice") or "nice", "-n", str(spec.nice), *spec.argv)
    inherited = {"PATH": os.environ.get("PATH", os.defpath)} if spec.bare_environment else dict(os.environ)
    account = find_user(spec.user) if spec.user is not None else None
    if account is not None:
        os.fchown(log, account.uid, account.gid)
    try:
        return subprocess.Popen(
            argv,
            cwd=spec.cwd,
            env={**inherited, **spec.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except (FileNotFoundError, PermissionError) as error:
        raise PartFailed(
            f"{spec.name} cannot be started: {error}",
            where=spec.argv[0],
            next_step="Make sure that this program is there, and that its user may run it.",
        ) from error


def _register(registry: Registry, spec: ProcessSpec, child: subprocess.Popen[bytes]) -> ManagedProcess:
    _children[child.pid] = child
    try:
        process = ManagedProcess(
            name=spec.name,
            role=spec.role,
            pid=child.pid,
            # A child that has already ended stays a zombie, with its creation time, until it is reaped.
            created_at_s=psutil.Process(child.pid).create_time(),
            argv=spec.argv,
            cwd=str(spec.cwd),
            environment=dict(spec.environment),
            user=spec.user,
            nice=spec.nice,
            ports=spec.ports,
            log_file=str(spec.log_file),
            run=spec.run,
            birth=birth_of(child.pid),
        )
        registry.update(lambda state: state.with_process(process))
    except BaseException:
        child.kill()
        child.wait()
        _children.pop(child.pid, None)
        raise
    return process


def find_process(process: ManagedProcess) -> psutil.Process | None:
    """The running process that was registered; None when it ended, even if its pid is in use again."""
    reap()
    try:
        found = psutil.Process(process.pid)
        if has_ended(found):
            return None
        same = _is_that(found, process)
    except psutil.NoSuchProcess:
        return None
    return found if same else None


def _is_that(found: psutil.Process, process: ManagedProcess) -> bool:
    if process.birth and (birth := birth_of(found.pid)):
        return birth == process.birth
    return abs(found.create_time() - process.created_at_s) <= CREATION_TOLERANCE_S


def has_ended(process: psutil.Process) -> bool:
    """Whether nothing of it runs any more, though nobody may have taken note of its end yet.

    A killed server with many threads is a zombie while the last of them still hold its ports and locks.
    Raises psutil.NoSuchProcess.
    """
    return process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1


def reap() -> None:
    """Take note of children of ours that ended."""
    for pid, child in list(_children.items()):
        code = child.poll()
        if code is not None:
            _exit_codes[pid] = code
            _children.pop(pid, None)


def note_exit(pid: int, code: int | None) -> None:
    """How a child of ours ended, as seen by whoever reaped it: asked afterwards, Popen would say 0."""
    if pid in _children and code is not None:
        _exit_codes[pid] = code
        _children.pop(pid)


def exit_code(process: ManagedProcess) -> int | None:
    """How a child of ours ended (negative: the signal that killed it); None when it runs or is unknown."""
    reap()
    return _exit_codes.get(process.pid)


def _set_aside_large(log_file: Path) -> None:
    if log_file.exists() and log_file.stat().st_size > _LOG_LIMIT_BYTES:
        log_file.replace(log_file.with_suffix(".log.1"))

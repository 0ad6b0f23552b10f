"""`stack.json`: what was started on this machine, so that anyone can find, restart and end it.

Every change is made under a lock file and replaces the file atomically: a reader without the lock sees the
old or the new content, whatever was killed when.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from stack.errors import StateUnreadable
from stack.files import write_atomically
from stack.layout import Profile
from stack.lock import file_lock

_STRICT = ConfigDict(extra="forbid")
_LOCK_TIMEOUT_S = 10.0

type Role = Literal["part", "service", "generator", "experiment"]


@dataclass(frozen=True, slots=True)
class Part:
    """A dependency or Toxiproxy, as others need to know it."""

    __pydantic_config__ = _STRICT

    name: str
    version: str
    port: int
    proxy: str | None
    proxy_port: int | None


@dataclass(frozen=True, slots=True)
class ManagedProcess:
    """A process that was started, and how to start it again."""

    __pydantic_config__ = _STRICT

    name: str
    role: Role
    pid: int
    created_at_s: float
    """When the kernel started it: tells it from a later process with the same pid."""
    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str]
    """Added to the environment it was started with."""
    user: str | None
    nice: int
    ports: tuple[int, ...]
    log_file: str
    run: str | None = None
    """The run that started it, and that it must not outlive."""
    fault: str | None = None
    """The fault for which it was started otherwise than this says; None for one that is as it should be."""
    birth: str = ""
    """Boot and tick at which the kernel started it. It decides where it is known: `created_at_s` follows the
    time of day."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The run that brought the stack up for itself: the stack must not outlive it."""

    __pydantic_config__ = _STRICT

    pid: int
    created_at_s: float
    run: str


@dataclass(frozen=True, slots=True)
class StackState:
    """The content of `stack.json`."""

    __pydantic_config__ = _STRICT

    port_base: int
    parts: tuple[Part, ...] = ()
    processes: tuple[ManagedProcess, ...] = ()
    owner: Owner | None = None
    profile: Profile = Profile.SINGLE
    """Of the parts."""
    schema: Literal[1, 2, 3] = 3

    def process(self, name: str) -> ManagedProcess | None:
        """The process registered under `name`, alive or not."""
        return next((process for process in self.processes if process.name == name), None)

    def with_process(self, process: ManagedProcess) -> "StackState":
        """With `process` in place of what had its name."""
        others = tuple(known for known in self.processes if known.name != process.name)
        return replace(self, processes=(*others, process))

    def without(self, ended: tuple[ManagedProcess, ...]) -> "StackState":
        """Without exactly these; a process started since under the same name stays."""
        gone = {(process.name, process.pid) for process in ended}
        return replace(
            self, processes=tuple(known for known in self.processes if (known.name, known.pid) not in gone)
        )


_ADAPTER = TypeAdapter(StackState)


@dataclass(frozen=True, slots=True)
class Registry:
    """`stack.json` of one stack."""

    path: Path
    port_base: int
    lock_timeout_s: float = field(default=_LOCK_TIMEOUT_S)

    def read(self) -> StackState:
        """What is registered; nothing when the file is not there. Raises StateUnreadable."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return StackState(port_base=self.port_base)
        try:
            return _ADAPTER.validate_json(content)
        except ValidationError as error:
            first = error.errors()[0]
            at = ".".join(str(step) for step in first["loc"]) or "the file"
            raise StateUnreadable(
                f"{at}: {first['msg']}",
                where=str(self.path),
                next_step=f"Remove it (rm {self.path}); parts that still run are found by their folders.",
            ) from error

    def update(self, change: Callable[[StackState], StackState]) -> StackState:
        """Apply `change` to what is registered now, and keep it. Raises StateUnreadable, StackBusy."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        with file_lock(lock, timeout_s=self.lock_timeout_s, purpose="changing stack.json"):
            state = change(self.read())
            # Environments of processes are in it, and with them the service's secrets.
            write_atomically(self.path, _ADAPTER.dump_json(state, indent=1) + b"\n", 0o600)
            return state

"""What runs on this machine: `stack.json`, as `stack` writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict

from evidence.documents import read_document

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class StackPart:
    """A dependency, or Toxiproxy itself."""

    __pydantic_config__ = _STRICT

    name: str
    version: str
    port: int
    proxy: str | None
    """The name of its proxy; None for Toxiproxy."""
    proxy_port: int | None


@dataclass(frozen=True, slots=True)
class StackProcess:
    """A process that was started, and how to start it again."""

    __pydantic_config__ = _STRICT

    name: str
    role: Literal["part", "service", "generator", "experiment"]
    pid: int
    created_at_s: float
    """When the kernel started it: tells it from a later process with the same pid."""
    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str]
    user: str | None
    nice: int
    ports: tuple[int, ...]
    log_file: str
    run: str | None
    """The run that started it, and that it must not outlive."""
    fault: str | None = None
    """The fault for which it was started otherwise than this says; None for one that is as it should be."""
    birth: str = ""
    """Boot and tick at which the kernel started it. It decides where it is known: `created_at_s` follows the
    time of day."""


@dataclass(frozen=True, slots=True)
class StackOwner:
    """The run that brought the stack up for itself, and that it must not outlive."""

    __pydantic_config__ = _STRICT

    pid: int
    created_at_s: float
    run: str


@dataclass(frozen=True, slots=True)
class StackRecord:
    """The content of `stack.json`."""

    __pydantic_config__ = _STRICT

    port_base: int
    parts: tuple[StackPart, ...]
    processes: tuple[StackProcess, ...]
    owner: StackOwner | None = None
    profile: Literal["single", "replicas"] = "single"
    """What the stack is made of."""
    schema: Literal[1, 2, 3] = 3


def read_stack(path: Path) -> StackRecord:
    """Raises InvalidFile, which says how to start a stack when there is none."""
    return read_document(path, StackRecord, next_step="Start a stack with: stormproof up")

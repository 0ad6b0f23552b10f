"""A process: what a kernel, an operator or an out-of-memory killer may do to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from pydantic import TypeAdapter

from chaos.address import Address, parse_address
from chaos.errors import InvalidArgumentError, ProcessGoneError
from chaos.probes import speech_of
from chaos.probes.door import Door
from chaos.probes.speech import Speech, read_speech, write_speech
from chaos.processes.birth import birth_of
from chaos.targets.target import TargetKind
from chaos.targets.whereabouts import Whereabouts
from chaos.watchdog.runner import Runner
from evidence.ports import HOST
from evidence.stack_record import StackProcess, StackRecord

_COMMAND = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class ProcessTarget:
    """One process as it was when it was found: not a later one with the same pid."""

    name: str
    pid: int
    created_at_s: float
    door: Door | None
    """By which its clients ask it: its proxy, where it has one. None where nobody said how."""
    stack_file: Path | None = None
    """`stack.json`, which says under `name` how to start it again; None for a foreign process."""
    pid_file: Path | None = None
    """Of a foreign process."""
    restart: tuple[str, ...] = ()
    """The command that starts a foreign process again; empty where nobody said one."""
    birth: str = ""
    """As `birth_of` tells it: it decides where it is known, since `created_at_s` follows the time of day."""

    def running(self) -> psutil.Process | None:
        """The process, None when it has ended."""
        try:
            found = psutil.Process(self.pid)
            ended = found.status() == psutil.STATUS_ZOMBIE and found.num_threads() <= 1
            same = self.is_this(found)
        except psutil.NoSuchProcess:
            return None
        return found if same and not ended else None

    def is_this(self, found: psutil.Process) -> bool:
        """Not a later one with the same pid. Raises psutil.NoSuchProcess."""
        return Runner(self.pid, self.created_at_s, self.birth).is_this(found)

    def parameters(self) -> Mapping[str, str]:
        """Name, pid, creation, and where it is registered and asked."""
        known = {
            "name": self.name,
            "pid": str(self.pid),
            "created_at_s": repr(self.created_at_s),
            "stack_file": str(self.stack_file or ""),
            "pid_file": str(self.pid_file or ""),
            "restart": json.dumps(self.restart),
            "birth": self.birth,
        }
        if self.door is None:
            return known
        return known | {"address": str(self.door.address), "dialect": write_speech(self.door.speech)}


def find_process(whereabouts: Whereabouts, name: str) -> ProcessTarget:
    """The process `name`: by the pid file that the experiment gives, else as registered in the stack.

    Raises InvalidArgumentError, NotLoopbackError, ProcessGoneError; InvalidFile.
    """
    settings = whereabouts.settings(name)
    door = None
    if settings.address is not None:
        address = parse_address(settings.address, f"configuration, targets.{name}.address")
        door = Door(name, address, whereabouts.speech(name))
    if settings.pid_file is not None:
        pid, created_at_s = _read_pid_file(settings.pid_file, name)
        found = ProcessTarget(
            name, pid, created_at_s, door, pid_file=settings.pid_file, restart=settings.restart
        )
    else:
        stack = whereabouts.stack(name)
        process = next((one for one in stack.processes if one.name == name), None)
        if process is None:
            known = ", ".join(one.name for one in stack.processes) or "none"
            raise InvalidArgumentError(
                f"target {name!r} is no process of the stack in {whereabouts.stack_file}, which has: "
                f"{known}. Name one of these, or give its pid file in the experiment's configuration, as "
                f"targets: {{{name}: {{pid_file: /run/{name}.pid}}}}."
            )
        door = door or _stack_door(stack, process)
        found = ProcessTarget(
            name,
            process.pid,
            process.created_at_s,
            door,
            stack_file=whereabouts.stack_file,
            birth=process.birth,
        )
    if found.running() is None:
        raise ProcessGoneError(
            f"The process {name} (pid {found.pid}) does not run. Look with: stormproof status"
        )
    return replace(found, birth=birth_of(found.pid))


def _stack_door(stack: StackRecord, process: StackProcess) -> Door | None:
    part = next((one for one in stack.parts if one.name == process.name), None)
    if part is not None:
        speech = speech_of(part.name)
        return (
            None if speech is None else Door(part.name, Address(HOST, part.proxy_port or part.port), speech)
        )
    if process.role == "service" and process.ports:
        return Door(process.name, Address(HOST, process.ports[0]), Speech("http", "/health/live"))
    return None


def _read_pid_file(path: Path, name: str) -> tuple[int, float]:
    what = f"configuration, targets.{name}.pid_file"
    try:
        text = path.read_text().split("\n")[0].strip()  # PostgreSQL writes more below the pid
    except OSError as error:
        raise InvalidArgumentError(f"{what}: {path} cannot be read: {error}.") from error
    if not (text.isascii() and text.isdigit() and int(text) > 1):
        raise InvalidArgumentError(f"{what}: {path} holds {text[:40]!r}: must be a pid above 1.")
    try:
        return int(text), psutil.Process(int(text)).create_time()
    except psutil.NoSuchProcess as error:
        raise ProcessGoneError(
            f"{what}: {path} names pid {text}, which does not run. Start it first."
        ) from error


def _read(parameters: Mapping[str, str], where: str) -> ProcessTarget:
    name = parameters["name"]
    door = None
    if "address" in parameters:
        address = parse_address(parameters["address"], f"{where}, address")
        door = Door(name, address, read_speech(parameters["dialect"], where))
    stack_file, pid_file = parameters["stack_file"], parameters["pid_file"]
    return ProcessTarget(
        name,
        int(parameters["pid"]),
        float(parameters["created_at_s"]),
        door,
        Path(stack_file) if stack_file else None,
        Path(pid_file) if pid_file else None,
        _COMMAND.validate_json(parameters.get("restart", "[]")),
        parameters.get("birth", ""),
    )


PROCESS = TargetKind(
    "process", "a process of the stack by its name, or any by its pid file", find_process, _read
)

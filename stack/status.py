"""What state every part is in, found by asking it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from stack.parts import StackPart, Unanswered, dependency_parts, toxiproxy_part
from stack.process import find_process
from stack.registry import StackState
from stack.settings import StackSettings
from stack.starting import stack_registry

_ASK_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class PartStatus:
    """One part, now."""

    name: str
    title: str
    state: Literal["running", "stopped", "unhealthy"]
    reason: str
    """Why it is unhealthy; empty otherwise."""
    version: str
    """As the server tells it; the pinned one when it does not answer."""
    port: int
    proxy_port: int | None
    pid: int | None
    log_file: Path


def status(settings: StackSettings) -> tuple[PartStatus, ...]:
    """Ask every part, directly and through its proxy, at most a few seconds. Raises StateUnreadable."""
    state = stack_registry(settings).read()
    parts = (*dependency_parts(settings.profile), toxiproxy_part(settings.profile))
    with ThreadPoolExecutor(max_workers=len(parts)) as pool:
        return tuple(pool.map(lambda part: _status(settings, state, part), parts))


def _status(settings: StackSettings, registered: StackState, part: StackPart) -> PartStatus:
    name, base = part.layout.name, settings.port_base
    process = registered.process(name)
    found = find_process(process) if process is not None else None
    state: Literal["running", "stopped", "unhealthy"] = "stopped"
    reason, version = "", part.layout.version
    if found is not None:
        version, reason = _ask(part, base, found)
        state = "unhealthy" if reason else "running"
    return PartStatus(
        name=name,
        title=part.layout.title,
        state=state,
        reason=reason,
        version=version,
        port=part.layout.port(base),
        proxy_port=part.layout.proxy_port(base),
        pid=found.pid if found is not None else None,
        log_file=settings.log_file(name),
    )


def _ask(part: StackPart, port_base: int, process: psutil.Process) -> tuple[str, str]:
    """Version and, when something is wrong, what."""
    version, proxy_port = part.layout.version, part.layout.proxy_port(port_base)
    try:
        if process.status() == psutil.STATUS_STOPPED:
            return version, "frozen (stopped by a signal)"
        version = part.ask(part.layout.port(port_base), _ASK_TIMEOUT_S)
    except (Unanswered, psutil.NoSuchProcess) as error:
        return version, str(error)
    if proxy_port is not None:
        try:
            part.ask(proxy_port, _ASK_TIMEOUT_S)
        except Unanswered as error:
            return version, f"answers directly, but not through its proxy: {error}"
    return version, ""

"""Getting through to a Toxiproxy that hangs, was restarted, or has ended.

A client that does not read can hang the admin interface for as long as it likes; deleting the proxy still
works, and lets go of it. What is restarted has lost its toxics, and, where no file lists them, its proxies.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from chaos.address import Address
from chaos.errors import ChaosError, ProxyAnswerError, ProxyUnreachableError
from chaos.processes.restart import belonging_of, restart, running
from chaos.processes.tree import is_stopped, kill_all, members, resume_all
from chaos.toxiproxy import Toxic, Toxiproxy
from evidence.ports import HOST
from evidence.stack_record import StackPart, StackProcess, read_stack

PART = "toxiproxy"
_ANSWERS_WITHIN_S = 5.0
_PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class ProxyPlace:
    """A proxy, and what is known of how it came to be."""

    toxiproxy: Toxiproxy
    name: str
    listen: str
    """In Toxiproxy's own words: made anew, it is reached by everybody who reached it before."""
    upstream: str
    """host:port; empty where nobody noted it."""
    own_toxics: tuple[Toxic, ...]
    """Those of its owner."""
    stack_file: Path | None
    """Of the stack that the Toxiproxy may belong to."""


def repair_proxy(place: ProxyPlace) -> str | None:
    """Make the proxy anew; where Toxiproxy does not even do that, resume or restart it. What was done.

    None where that is nobody's to do: it is no process of the stack here, or nobody knows where the proxy
    leads. Raises ChaosError, InvalidFile, OSError.
    """
    process = _registered(place)
    if process is not None and (now := running(process)) is not None and is_stopped(now):
        resume_all(lambda: members(now, belonging_of(process)))
        _until_answers(place.toxiproxy)
        return "Toxiproxy was stopped, and goes on"
    if place.upstream:
        try:
            place.toxiproxy.remake(place.name, place.listen, place.upstream, place.own_toxics)
        except (ProxyUnreachableError, ProxyAnswerError) as error:
            if process is None:
                return None  # somebody else's Toxiproxy: it may have other proxies by now
            if isinstance(error, ProxyAnswerError):
                raise
        else:
            return f"the proxy {place.name} was made anew"
    if process is None or place.stack_file is None:
        return None
    return _restart(place.stack_file, process, place.toxiproxy)


def _restart(stack_file: Path, process: StackProcess, toxiproxy: Toxiproxy) -> str:
    kill_all(members(running(process), belonging_of(process)))
    restart(stack_file, process.name)
    _until_answers(toxiproxy)
    known = {proxy.name for proxy in toxiproxy.proxies()}
    for part in read_stack(stack_file).parts:
        if part.proxy is not None and part.proxy not in known:
            toxiproxy.remake(part.proxy, str(_listen(part)), f"{HOST}:{part.port}")
    return "Toxiproxy was restarted: every toxic of every proxy is gone"


def _listen(part: StackPart) -> Address:
    if part.proxy_port is None:
        raise ProxyUnreachableError(f"stack.json does not say where the proxy of {part.name} listens.")
    return Address(HOST, part.proxy_port)


def _registered(place: ProxyPlace) -> StackProcess | None:
    """The stack's Toxiproxy, if that is the one."""
    if place.stack_file is None or not place.stack_file.exists():
        return None
    stack = read_stack(place.stack_file)
    admin = next((part.port for part in stack.parts if part.name == PART), None)
    if admin != place.toxiproxy.admin.port:
        return None
    return next((one for one in stack.processes if one.name == PART), None)


def _until_answers(toxiproxy: Toxiproxy) -> None:
    deadline_s = time.monotonic() + _ANSWERS_WITHIN_S
    while True:
        try:
            toxiproxy.proxies()
        except ChaosError:
            if time.monotonic() >= deadline_s:
                raise
            time.sleep(_PAUSE_S)
        else:
            return

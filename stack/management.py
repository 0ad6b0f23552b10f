"""Processes beside the parts: the service, the generator, experiments, and the run that owns it all."""

import os
from collections.abc import Callable
from dataclasses import replace

import psutil

from stack import ending, process
from stack.process import ProcessSpec
from stack.process import find_process as find_process  # noqa: PLC0414 -- part of the door
from stack.registry import ManagedProcess, Owner, StackState
from stack.settings import StackSettings
from stack.starting import stack_registry


def registry(settings: StackSettings) -> StackState:
    """What is registered now, alive or not. Raises StateUnreadable."""
    return stack_registry(settings).read()


def start_process(settings: StackSettings, spec: ProcessSpec) -> ManagedProcess:
    """Start and register a process; one that runs under the same name is ended first.

    It has a session of its own, and outlives the caller unless someone ends it. Raises PartFailed when it
    cannot be started, DiskFull, StackBusy.
    """
    known = stack_registry(settings)
    ending.end_processes(known, lambda registered: registered.name == spec.name)
    return process.start_process(known, spec)


def stop_process(settings: StackSettings, name: str, *, timeout_s: float = 20.0) -> bool:
    """Ask the process to end, kill it after `timeout_s`; whether it was registered."""
    return bool(end_processes(settings, lambda registered: registered.name == name, timeout_s=timeout_s))


def end_processes(
    settings: StackSettings, predicate: Callable[[ManagedProcess], bool], *, timeout_s: float = 20.0
) -> tuple[ManagedProcess, ...]:
    """End the registered processes that `predicate` chooses, with their children; returns them.

    `lambda process: process.run == run_id` ends all that a dead run left.
    """
    return ending.end_processes(stack_registry(settings), predicate, timeout_s=timeout_s)


def is_running(registered: ManagedProcess) -> bool:
    """Whether that very process still runs (not another one with its pid)."""
    return find_process(registered) is not None


def set_owner(settings: StackSettings, run: str) -> Owner:
    """This process, on behalf of `run`, brought the stack up for itself: the stack must not outlive it."""
    pid = os.getpid()
    owner = Owner(pid=pid, created_at_s=psutil.Process(pid).create_time(), run=run)
    stack_registry(settings).update(lambda state: replace(state, owner=owner))
    return owner


def clear_owner(settings: StackSettings) -> None:
    """The stack belongs to nobody, and stays until `down`."""
    stack_registry(settings).update(lambda state: replace(state, owner=None))

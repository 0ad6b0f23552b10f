"""Stopping a stack, completely."""

import shutil
from dataclasses import replace
from functools import partial

from stack.ending import end_processes
from stack.progress import ProgressListener, StackProgress, ignore_progress
from stack.registry import ManagedProcess
from stack.settings import StackSettings
from stack.starting import operation_lock, stack_registry
from stack.stragglers import end_stragglers

_TIMEOUT_S = 20.0


def down(
    settings: StackSettings, on_progress: ProgressListener = ignore_progress, *, wipe: bool = False
) -> tuple[ManagedProcess, ...]:
    """End every process of the stack, with those that others registered (service, generator, experiment).

    Users first, then the parts. Data and logs stay unless `wipe`. Harmless when nothing runs. Returns the
    processes that were registered. Raises a StackError, also when one cannot be ended.
    """
    if not settings.state_dir.exists():
        return ()
    registry = stack_registry(settings)
    with operation_lock(settings):
        ended: tuple[ManagedProcess, ...] = ()
        for is_part in (False, True):
            chosen = [process for process in registry.read().processes if (process.role == "part") == is_part]
            for process in chosen:
                on_progress(StackProgress(process.name, "stopping"))
            names = {process.name for process in chosen}
            ended += end_processes(registry, partial(_is_named, names), timeout_s=_TIMEOUT_S)
            for process in chosen:
                on_progress(StackProgress(process.name, "stopped", done=True))
        end_stragglers(settings)
        registry.update(lambda state: replace(state, owner=None))
        if wipe:
            _wipe(settings)
    return ended


def _is_named(names: set[str], process: ManagedProcess) -> bool:
    return process.name in names


def _wipe(settings: StackSettings) -> None:
    """Remove data, logs and the seeded tenants, which describe the data; what is to be undone stays."""
    beside_data = (settings.logs_dir, settings.state_dir / "config", settings.state_dir / "set-aside")
    for folder in (*settings.data_dirs, *beside_data):
        if folder.exists():
            shutil.rmtree(folder)
    for file in (settings.state_dir / "tenants.json", settings.stack_file):
        file.unlink(missing_ok=True)

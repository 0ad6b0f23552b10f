"""Metrics that add up over workers: each writes into mapped files, and whoever is asked reads all of them.

The files are prometheus_client's own. They are named after the worker's number, not its pid: a worker that is
started again goes on counting where the one before it stopped, so that nothing vanishes, counts twice, or
gathers files. Gauges say for themselves how they add up (see gauges.py); those of a dead worker go with it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest, multiprocess, values

from reference_service.observability.roomy_values import RoomyValues
from reference_service.settings import Settings

# The library takes the folder from the environment only.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def metrics_folder(settings: Settings) -> Path | None:
    """Where the workers of this port share them; None when there is one worker, which has them in memory."""
    if settings.workers == 1:
        return None
    return settings.metrics_dir.expanduser() / str(settings.port)


def make_empty(folder: Path) -> None:
    """What an earlier supervisor left is of the past. Raises OSError."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)


def share_metrics(folder: Path) -> Mapping[str, str]:
    """The environment variable with which workers share them in `folder`."""
    return {FOLDER_VARIABLE: str(folder)}


def join_shared(number: int) -> None:
    """Call it before any metric is made: from now on this process counts as worker `number`."""
    values.MmapedDict = RoomyValues  # type: ignore[attr-defined]  # how the library makes its files
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]  # the same


def forget_worker(folder: Path, number: int) -> None:
    """Takes the gauges of a worker that has ended out of the sums; its counters stay."""
    multiprocess.mark_process_dead(number, str(folder))  # type: ignore[no-untyped-call]  # no types in it


def merged_text(folder: Path) -> bytes:
    """The exposition format over all workers. Blocks: reads files."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # the same
    return generate_latest(registry)

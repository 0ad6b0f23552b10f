"""`run.json` for a run that nobody else describes: plain Locust on its own, or its master."""

import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version

import psutil

from evidence.run_folder import RunFolder
from evidence.run_record import Machine, ProcessExit, RunRecord, ScheduledArrivals, WorkerRecord
from loadtests.generator.load import Load

_PACKAGES = ("stormproof", "locust", "gevent", "geventhttpclient")


def begin_run(
    folder: RunFolder,
    load: Load,
    scheduled: tuple[ScheduledArrivals, ...],
    *,
    now_ns: int,
    load_start_ns: int,
    workers: tuple[WorkerRecord, ...] = (),
) -> None:
    """Say how the run is made."""
    record = RunRecord(
        id=folder.id,
        plan=load.name,
        scenario=load.name,
        target=load.target,
        started_ns=now_ns,
        load_start_ns=load_start_ns,
        ended_ns=None,
        seeds={"arrivals": load.seed},
        versions={"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        machine=Machine(
            system=platform.platform(),
            cores=os.cpu_count() or 1,
            memory_mb=psutil.virtual_memory().total >> 20,
            python=platform.python_version(),
        ),
        service_settings={},
        scheduled=scheduled,
        rate_limits=load.rate_limits,
        command=tuple(sys.argv),
        notes=("Made by Locust alone: no phases, no faults.", *load.notes),
        workers=workers,
    )
    folder.write_run(record)


def with_launched(
    scheduled: tuple[ScheduledArrivals, ...], launched: Iterable[ScheduledArrivals]
) -> tuple[ScheduledArrivals, ...]:
    """The schedule of a run that was stopped: for these workers, the arrivals up to the stop."""
    sent = {one.worker: one for one in launched}
    known = {one.worker for one in scheduled}
    return (
        *(sent.get(one.worker, one) for one in scheduled),
        *(one for one in sent.values() if one.worker not in known),
    )


def ended(
    record: RunRecord,
    *,
    now_ns: int,
    exits: Iterable[ProcessExit],
    launched: Iterable[ScheduledArrivals],
    interrupted: bool,
) -> RunRecord:
    """The same run, at its end."""
    return replace(
        record,
        ended_ns=now_ns,
        scheduled=with_launched(record.scheduled, launched),
        interrupted=interrupted,
        exits=(*record.exits, *exits),
    )

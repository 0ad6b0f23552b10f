"""`run.json` for a run that nobody else describes: plain Locust on its own."""

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version

import psutil

from evidence.run_folder import RunFolder
from evidence.run_record import Machine, ProcessExit, RunRecord, ScheduledArrivals
from loadtests.command import GeneratorOptions
from loadtests.scenario import Scenario, scheduled_arrivals

_PACKAGES = ("stormproof", "locust", "gevent", "geventhttpclient")


def write_start(
    folder: RunFolder, scenario: Scenario, options: GeneratorOptions, now_ns: int, load_start_ns: int
) -> None:
    """Say how the run is made."""
    folder.write_run(
        RunRecord(
            id=folder.id,
            plan=scenario.name,
            scenario=scenario.name,
            target=options.target,
            started_ns=now_ns,
            load_start_ns=load_start_ns,
            ended_ns=None,
            seeds={"arrivals": options.seed},
            versions={"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
            machine=Machine(
                system=platform.platform(),
                cores=os.cpu_count() or 1,
                memory_mb=psutil.virtual_memory().total >> 20,
                python=platform.python_version(),
            ),
            service_settings={},
            scheduled=scheduled_arrivals(scenario, options.seed, options.worker_count),
            rate_limits=scenario.limits,
            command=tuple(sys.argv),
            notes=("Made by Locust alone: no phases, no faults.", *_told_targets(options)),
        )
    )


def _told_targets(options: GeneratorOptions) -> Iterator[str]:
    return (f"Target {name} is {url}." for name, url in options.further_targets)


def write_end(
    folder: RunFolder, *, now_ns: int, exit_code: int, worker: str, launched: ScheduledArrivals | None
) -> None:
    """Say how it ended. `launched`: of a run that was cut short, the arrivals up to the stop."""
    record = folder.read_run()
    scheduled = record.scheduled
    if launched is not None:
        scheduled = tuple(launched if one.worker == launched.worker else one for one in scheduled)
    folder.write_run(
        replace(
            record,
            ended_ns=now_ns,
            scheduled=scheduled,
            interrupted=launched is not None,
            exits=(*record.exits, ProcessExit(f"generator-{worker}", exit_code)),
        )
    )

"""How to start the generator: as a process of its own, which Locust runs."""

import sys
from dataclasses import dataclass
from pathlib import Path

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
RECORDING = Path(__file__).with_name("recording.py")
"""Beside a locustfile of a user's own: makes evidence of what its users do."""

EXIT_COMPLETED = 0
"""The whole schedule was dispatched, whatever the target did with it."""
EXIT_WRONG_INPUT = 2
"""A file or option is wrong, nothing was sent."""
EXIT_WORKERS_CHANGED = 4
"""A worker did not stay to the end of its share, or one joined after the start: the run is INVALID."""
EXIT_DEFECT = 70
"""A defect of the generator; the trace is in its log."""
EXIT_EVIDENCE_LOST = 74
"""Records could not be written (a full disk): those up to then can be read. EX_IOERR of sysexits.h."""
EXIT_INTERRUPTED = 130
"""A signal ended the run before its schedule did; what was sent is recorded."""
OWN_EXITS = frozenset(
    {
        *(EXIT_COMPLETED, EXIT_WRONG_INPUT, EXIT_WORKERS_CHANGED),
        *(EXIT_DEFECT, EXIT_EVIDENCE_LOST, EXIT_INTERRUPTED),
    }
)
"""All of them: another one is what a locustfile of a user's own wants its process to exit with."""

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class GeneratorOptions:
    """What a generator of a scenario is told."""

    scenario_file: Path
    target: str
    """URL of the service under load, without a trailing slash; the first one of a scenario with several."""
    run_dir: Path | None = None
    """None: a new folder under ./runs, with its own run.json."""
    tenants_file: Path | None = None
    """None: that of the stack that STORMPROOF_HOME and STORMPROOF_PORT_BASE name."""
    seed: int = 1
    worker_index: int = 0
    worker_count: int = 1
    """Workers without a master: each is started with its index."""
    start_at_ns: int | None = None
    """UTC instant of the schedule's zero, the same for all workers; None: a second after the start."""
    duration_s: float | None = None
    """None: the scenario's."""
    rate_per_s: float | None = None
    """Of all personas together, held evenly; None: as the scenario says."""
    further_targets: tuple[tuple[str, str], ...] = ()
    """Name and URL of each further target of the scenario."""


@dataclass(frozen=True, slots=True)
class LocustfileOptions:
    """What a generator of a user's own locustfile is told."""

    locustfile: Path
    target: str
    run_dir: Path
    seed: int = 1
    users: int | None = None
    """Of open users: arrivals per second."""
    spawn_rate: float | None = None


def generator_command(options: GeneratorOptions, *, python: str = sys.executable) -> tuple[str, ...]:
    """The arguments of the process. It logs to its standard error and exits with one of EXIT_*."""
    arguments = [
        *_locust(python, str(LOCUSTFILE)),
        *("--host", options.target, "--scenario", str(options.scenario_file)),
        *("--seed", str(options.seed)),
        *("--worker-index", str(options.worker_index), "--worker-count", str(options.worker_count)),
    ]
    for name, url in options.further_targets:
        arguments += ["--target", f"{name}={url}"]
    if options.run_dir is not None:
        arguments += ["--run-dir", str(options.run_dir)]
    if options.tenants_file is not None:
        arguments += ["--tenants", str(options.tenants_file)]
    if options.start_at_ns is not None:
        arguments += ["--start-at-ns", str(options.start_at_ns)]
    if options.duration_s is not None:
        arguments += ["--duration-s", repr(options.duration_s)]
    if options.rate_per_s is not None:
        arguments += ["--rate-per-s", repr(options.rate_per_s)]
    return tuple(arguments)


def locustfile_command(options: LocustfileOptions, *, python: str = sys.executable) -> tuple[str, ...]:
    """The same for a locustfile that nobody has to change."""
    arguments = [
        *_locust(python, f"{options.locustfile},{RECORDING}"),
        *("--host", options.target, "--run-dir", str(options.run_dir), "--seed", str(options.seed)),
    ]
    if options.users is not None:
        arguments += ["--users", str(options.users)]
    if options.spawn_rate is not None:
        arguments += ["--spawn-rate", f"{options.spawn_rate:g}"]
    return tuple(arguments)


def as_master(command: tuple[str, ...], *, workers: int, port: int) -> tuple[str, ...]:
    """The same load, shared among so many workers that connect to `port` on this machine."""
    return (
        *command,
        *("--master", "--master-bind-host", _LOOPBACK, "--master-bind-port", str(port)),
        *("--expect-workers", str(workers), "--expect-workers-max-wait", "60"),
    )


def worker_command(
    locustfile: Path | None, *, index: int, port: int, python: str = sys.executable
) -> tuple[str, ...]:
    """A worker of it, which asks for its index; None: of a scenario."""
    files = str(LOCUSTFILE) if locustfile is None else f"{locustfile},{RECORDING}"
    return (
        *(python, "-m", "locust", "-f", files, "--worker", "--worker-index", str(index)),
        *("--master-host", _LOOPBACK, "--master-port", str(port)),
    )


def _locust(python: str, files: str) -> tuple[str, ...]:
    # What the target did with the load is for verdicts to say, not for the exit code.
    return (
        *(python, "-m", "locust", "-f", files, "--headless", "--only-summary", "--no-live-view"),
        *("--exit-code-on-error", "0"),
    )

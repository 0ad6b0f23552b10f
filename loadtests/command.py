"""How to start the generator: as a process of its own, which Locust runs."""

import sys
from dataclasses import dataclass
from pathlib import Path

LOCUSTFILE = Path(__file__).with_name("locustfile.py")

EXIT_COMPLETED = 0
"""The whole schedule was dispatched, whatever the target did with it."""
EXIT_WRONG_INPUT = 2
"""A file or option is wrong, nothing was sent."""
EXIT_WORKER_LOST = 4
"""A worker did not stay to the end of its share: the run is INVALID."""
EXIT_DEFECT = 70
"""A defect of the generator; the trace is in its log."""
EXIT_EVIDENCE_LOST = 74
"""Records could not be written (a full disk): those up to then can be read. EX_IOERR of sysexits.h."""
EXIT_INTERRUPTED = 130
"""A signal ended the run before its schedule did; what was sent is recorded."""


@dataclass(frozen=True, slots=True)
class GeneratorOptions:
    """What one worker is told."""

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
    start_at_ns: int | None = None
    """UTC instant of the schedule's zero, the same for all workers; None: a second after the start."""
    duration_s: float | None = None
    """None: the scenario's."""
    rate_per_s: float | None = None
    """Of all personas together, held evenly; None: as the scenario says."""
    further_targets: tuple[tuple[str, str], ...] = ()
    """Name and URL of each further target of the scenario."""


def generator_command(options: GeneratorOptions, *, python: str = sys.executable) -> tuple[str, ...]:
    """The arguments of the process. It logs to its standard error and exits with one of EXIT_*."""
    arguments = [
        *(python, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary"),
        "--no-live-view",
        *("--host", options.target, "--scenario", str(options.scenario_file)),
        # What the target did with the load is for verdicts to say.
        *("--exit-code-on-error", "0"),
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

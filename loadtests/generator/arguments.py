"""The options that the locustfile adds to Locust's own."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from evidence.errors import InvalidFile, Problem
from loadtests.command import GeneratorOptions


def add_arguments(parser: ArgumentParser) -> None:
    """Locust shows these in --help and, those that may change between runs, in its web UI."""
    group = parser.add_argument_group("Open-model load (stormproof)")
    group.add_argument(
        "--scenario", metavar="FILE", default="", help="who sends what, how often: a YAML file (required)"
    )
    group.add_argument(
        "--run-dir",
        metavar="DIR",
        default="",
        help="the run folder to record in; default: a new one under ./runs, with its run.json",
    )
    group.add_argument(
        "--tenants",
        metavar="FILE",
        default="",
        help="seeded tenants and their keys; default: those of the stack on this machine",
    )
    group.add_argument(
        "--seed", metavar="N", type=int, default=1, help="the same seed sends the same arrivals"
    )
    group.add_argument(
        "--start-at-ns",
        metavar="NS",
        type=int,
        default=0,
        help="UTC nanoseconds of the schedule's zero, the same for all workers; default: in a second",
    )
    group.add_argument(
        "--duration-s", metavar="S", type=float, default=0.0, help="instead of the scenario's duration_s"
    )
    group.add_argument(
        "--worker-index", metavar="K", type=int, default=0, help="send the arrivals with index = K mod N"
    )
    group.add_argument(
        "--worker-count", metavar="N", type=int, default=1, help="how many workers share the schedule"
    )
    group.add_argument(
        "--no-live-view",
        action="store_true",
        help="headless: show Locust's own tables, unless --only-summary, in place of the live view",
    )


def read_options(parsed: Namespace) -> GeneratorOptions:
    """What was asked for. Raises InvalidFile, which names the option."""
    options = GeneratorOptions(
        scenario_file=Path(parsed.scenario),
        target=(parsed.host or "").rstrip("/"),
        run_dir=Path(parsed.run_dir).absolute() if parsed.run_dir else None,
        tenants_file=Path(parsed.tenants) if parsed.tenants else None,
        seed=parsed.seed,
        worker_index=parsed.worker_index,
        worker_count=parsed.worker_count,
        start_at_ns=parsed.start_at_ns or None,
        duration_s=parsed.duration_s or None,
    )
    problems = []
    if not parsed.scenario:
        problems.append(Problem("--scenario", "missing", "must be the path of a scenario file"))
    if not options.target.startswith(("http://", "https://")):
        problems.append(Problem("--host", repr(parsed.host), "must be a URL: http://… or https://…"))
    if options.seed < 0:
        problems.append(Problem("--seed", str(options.seed), "must be 0 or more"))
    if options.duration_s is not None and not 0 < options.duration_s < float("inf"):
        problems.append(Problem("--duration-s", str(options.duration_s), "must be above 0"))
    if not 0 <= options.worker_index < options.worker_count:
        value = f"{options.worker_index} of {options.worker_count}"
        problems.append(Problem("--worker-index", value, "must be from 0 to --worker-count - 1"))
    if problems:
        raise InvalidFile(Path("the command line"), tuple(problems), "See locust -f … --help.")
    return options

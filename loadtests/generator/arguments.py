"""The options that the locustfile adds to Locust's own."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from evidence.errors import InvalidFile, Problem
from loadtests.arrivals import ArrivalProcess

COMMAND_LINE = Path("the command line")
"""Where options stand, in errors."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for, beside the load itself."""

    scenario_file: Path | None
    target: str
    """URL, without a trailing slash."""
    further_targets: tuple[tuple[str, str], ...]
    """Name and URL of each further target of the scenario."""
    run_dir: Path | None
    tenants_file: Path | None
    seed: int
    worker_index: int
    worker_count: int
    start_at_ns: int | None
    duration_s: float | None
    """Instead of the scenario's; of a locustfile, beside --run-time."""
    rate_per_s: float | None
    """Of all personas together, held evenly, instead of the scenario's."""
    users: float
    """Locust's -u; to open users arrivals per second."""
    spawn_rate: float
    """Locust's -r; to open users by how much the arrivals per second rise each second."""
    tags: frozenset[str] | None
    """Locust's --tags; None: all."""
    excluded_tags: frozenset[str]
    process: ArrivalProcess
    """Of open users' arrivals."""
    run_time_s: float | None
    """Locust's own --run-time."""
    ends_by_itself: bool
    """Locust does not watch over the run time: see take_run_time()."""

    def limited(self, duration_s: float) -> float:
        """How long a schedule of `duration_s` is with these options."""
        asked_s = self.duration_s or duration_s
        return asked_s if self.run_time_s is None else min(asked_s, self.run_time_s)


def add_arguments(parser: ArgumentParser) -> None:
    """Locust shows these in --help and, those that may change between runs, in its web UI."""
    group = parser.add_argument_group("Open-model load (stormproof)")
    in_ui = [
        group.add_argument(
            "--scenario", metavar="FILE", default="", help="who sends what, how often: a YAML file"
        ),
        group.add_argument(
            "--run-dir",
            metavar="DIR",
            default="",
            help="the run folder to record in; default: a new one under ./runs, with its run.json",
        ),
        group.add_argument(
            "--seed", metavar="N", type=int, default=1, help="the same seed sends the same arrivals"
        ),
        group.add_argument(
            "--duration-s",
            metavar="S",
            type=float,
            default=0.0,
            help="instead of the scenario's duration_s; of a locustfile, as --run-time",
        ),
        group.add_argument(
            "--rate-per-s",
            metavar="R",
            type=float,
            default=0.0,
            help="the scenario's personas at this rate together, held evenly, for its own tenants",
        ),
        group.add_argument(
            "--arrivals",
            choices=[one.value for one in ArrivalProcess],
            default=ArrivalProcess.POISSON.value,
            help="how the arrivals of open users are spread; a scenario says it itself",
        ),
    ]
    for action in in_ui:
        # What Locust's own parser would set on options outside a group.
        action.include_in_web_ui = True  # type: ignore[attr-defined]
        action.is_secret = action.is_required = action.is_multiple = False  # type: ignore[attr-defined]
    group.add_argument(
        "--target",
        metavar="NAME=URL",
        action="append",
        default=[],
        help="a further target of the scenario (the first one is --host); once for each",
    )
    group.add_argument(
        "--tenants",
        metavar="FILE",
        default="",
        help="seeded tenants and their keys; default: those of the stack on this machine",
    )
    group.add_argument(
        "--start-at-ns",
        metavar="NS",
        type=int,
        default=0,
        help="UTC nanoseconds of the schedule's zero, for workers without a master; default: in a second",
    )
    group.add_argument(
        "--worker-index",
        metavar="K",
        type=int,
        default=-1,
        help="without a master: send the arrivals with index = K mod N; with --worker: the index to ask for",
    )
    group.add_argument(
        "--worker-count",
        metavar="N",
        type=int,
        default=1,
        help="how many workers without a master share the schedule",
    )
    group.add_argument(
        "--no-live-view",
        action="store_true",
        help="headless: show Locust's own tables, unless --only-summary, in place of the live view",
    )


def take_run_time(parsed: Namespace) -> None:
    """Keep --run-time from Locust, where it starts a test by itself: its clock starts before the test does,
    by as much as it takes to load the locustfile and to prepare, and would cut a short one to nothing.
    """
    if parsed.headless or parsed.autostart:
        parsed.run_time_of_load, parsed.run_time = parsed.run_time, None


def read_options(parsed: Namespace) -> Options:
    """What was asked for. Raises InvalidFile, which names the option."""
    run_time_s = parsed.run_time or getattr(parsed, "run_time_of_load", None)
    options = Options(
        scenario_file=Path(parsed.scenario) if parsed.scenario else None,
        target=(parsed.host or "").rstrip("/"),
        further_targets=tuple(_named(text) for text in parsed.target),
        run_dir=Path(parsed.run_dir).absolute() if parsed.run_dir else None,
        tenants_file=Path(parsed.tenants) if parsed.tenants else None,
        seed=parsed.seed,
        worker_index=max(parsed.worker_index, 0),
        worker_count=parsed.worker_count,
        start_at_ns=parsed.start_at_ns or None,
        duration_s=parsed.duration_s or None,
        rate_per_s=parsed.rate_per_s or None,
        users=float(1 if parsed.num_users is None else parsed.num_users),
        spawn_rate=float(parsed.spawn_rate or 1.0),
        tags=frozenset(parsed.tags) if parsed.tags else None,
        excluded_tags=frozenset(parsed.exclude_tags or ()),
        process=ArrivalProcess(parsed.arrivals),
        run_time_s=float(run_time_s) if run_time_s else None,
        ends_by_itself=parsed.run_time is None,
    )
    problems = []
    for name, url in options.further_targets:
        if not name or not url.startswith(("http://", "https://")):
            allowed = "must be NAME=URL, the URL http://… or https://…"
            problems.append(Problem("--target", f"{name}={url}", allowed))
    if options.seed < 0:
        problems.append(Problem("--seed", str(options.seed), "must be 0 or more"))
    if not 0 <= parsed.duration_s < float("inf"):
        problems.append(Problem("--duration-s", str(parsed.duration_s), "must be above 0"))
    if not 0 <= parsed.rate_per_s < float("inf"):
        problems.append(Problem("--rate-per-s", str(parsed.rate_per_s), "must be above 0"))
    if not options.worker_index < options.worker_count:
        value = f"{options.worker_index} of {options.worker_count}"
        problems.append(Problem("--worker-index", value, "must be from 0 to --worker-count - 1"))
    if problems:
        raise InvalidFile(COMMAND_LINE, tuple(problems), "See locust -f … --help.")
    return options


def _named(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    return name, url.rstrip("/")

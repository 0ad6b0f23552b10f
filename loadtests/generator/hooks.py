"""Where the load meets Locust's life cycle."""

import logging
import os
import signal
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import gevent
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from evidence.clock import AnchoredClock
from evidence.errors import InvalidFile, Problem
from evidence.home import InvalidSetting, resolve_home
from evidence.request_record import Outcome, RequestRecord
from evidence.tenants_record import TenantsRecord, read_tenants
from loadtests.command import EXIT_DEFECT, EXIT_WRONG_INPUT
from loadtests.generator.arguments import add_arguments, read_options
from loadtests.generator.live_view import LiveView
from loadtests.generator.session import Load, Session
from loadtests.generator.target import parse_target
from loadtests.generator.told_errors import ToldErrors
from loadtests.request_plan import choose_tenants
from loadtests.scenario import read_scenario

_logger = logging.getLogger(__name__)

_RUNS_DIR = Path("runs")
_told_errors = ToldErrors()
_GOOD = frozenset({Outcome.OK, Outcome.DEGRADED})


class OutcomeError(Exception):
    """What Locust's statistics show of a request that did not go well."""


class _Conductor:
    """Holds the session of the test that goes on; Locust's web UI may start several, one after another."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.view: LiveView | None = None
        self.load: Load | None = None


_conductor = _Conductor()


def register() -> None:
    """Called by the locustfile."""
    for hook, listener in (
        (events.init_command_line_parser, _on_parser),
        (events.init, _on_init),
        (events.test_start, _on_test_start),
        (events.test_stop, _on_test_stop),
        (events.quitting, _on_quitting),
    ):
        hook.add_listener(listener)  # type: ignore[no-untyped-call]  # Locust's event hooks carry no types


def dispatch(environment: Environment) -> None:
    """Send the schedule; at its end stop the test, and Locust with it where nobody watches."""
    session = _conductor.session
    if session is None or not session.run():
        return
    parsed = environment.parsed_options
    runner = environment.runner
    if runner is not None:
        # Elsewhere: stopping waits for the user that dispatches.
        gevent.spawn(runner.quit if parsed is not None and parsed.headless else runner.stop)


def finish(environment: Environment, *, interrupted: bool = False) -> None:
    """Bring the session to its end, however it comes."""
    session = _conductor.session
    if session is None:
        return
    session.close(interrupted=interrupted)
    environment.process_exit_code = session.exit_code
    if _conductor.view is not None:
        _conductor.view.close()


def _on_parser(parser: LocustArgumentParser) -> None:
    add_arguments(parser)


def _on_init(environment: Environment, **_: object) -> None:
    _interrupt_like_terminate()
    try:
        _refuse_sharing(environment)
        if environment.parsed_options is None:
            return
        _conductor.load = _read_load(environment.parsed_options)
        if _shows_view(environment):
            environment.parsed_options.only_summary = True  # its tables would break into ours
    except (InvalidFile, InvalidSetting, ValueError) as error:
        _say(str(error))
        raise SystemExit(EXIT_WRONG_INPUT) from error


def _refuse_sharing(environment: Environment) -> None:
    if isinstance(environment.runner, MasterRunner | WorkerRunner):
        problem = Problem("--master, --worker, --processes", "set", "the workers share no schedule yet")
        raise InvalidFile(
            Path("the command line"),
            (problem,),
            "Start one locust for each worker, with --worker-index, --worker-count and --start-at-ns.",
        )


def _read_load(parsed: Namespace) -> Load:
    options = read_options(parsed)
    scenario = read_scenario(options.scenario_file)
    if options.duration_s is not None:
        scenario = replace(scenario, duration_s=options.duration_s)
    target = parse_target(options.target)
    if all(persona.tier is None for persona in scenario.personas):
        return Load(scenario, options, target, {}, ())
    file, seeded = _read_seeded(options.tenants_file)
    return Load(scenario, options, target, choose_tenants(scenario, seeded, file), seeded.words)


def _read_seeded(file: Path | None) -> tuple[Path, TenantsRecord]:
    if file is None:
        home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
        file = home.tenants_file
    return file, read_tenants(file)


def _on_test_start(environment: Environment, **_: object) -> None:
    if _conductor.load is None:
        return
    session = Session(
        _conductor.load, AnchoredClock.anchor(), lambda record, method: _tell(environment, record, method)
    )
    try:
        folder = session.open(_RUNS_DIR)
    except Exception as error:
        # Locust would log it and go on, with users that have nothing to do, for ever.
        if isinstance(error, OSError):
            _say(f"The load cannot start: {error}")
            environment.process_exit_code = EXIT_WRONG_INPUT
        else:
            _logger.exception("The load cannot start: a defect of the generator")
            environment.process_exit_code = EXIT_DEFECT
        if environment.runner is not None:
            gevent.spawn(environment.runner.quit)
        return
    _conductor.session = session
    if _shows_view(environment):
        _conductor.view = LiveView(folder.path, _conductor.load.scenario.duration_s)
        _conductor.view.open()


def _shows_view(environment: Environment) -> bool:
    parsed = environment.parsed_options
    return parsed is not None and parsed.headless and not parsed.no_live_view


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def _on_test_stop(environment: Environment, **_: object) -> None:
    finish(environment)


def _on_quitting(environment: Environment, **_: object) -> None:
    # A signal comes here first; every other end has been through the stop of the test.
    finish(environment, interrupted=True)


def _tell(environment: Environment, record: RequestRecord, method: str) -> None:
    """Feed Locust's own statistics and listeners, with latency as we count it: from the intended instant."""
    error = None
    if record.outcome not in _GOOD:
        error = OutcomeError(_told_errors.text(record))
    latency_ns = 0 if record.ended_ns is None else record.ended_ns - record.intended_ns
    environment.events.request.fire(  # type: ignore[no-untyped-call]  # the same
        request_type=method,
        name=record.operation,
        response_time=latency_ns / 1e6,
        response_length=record.bytes,
        response=None,
        context={},
        exception=error,
        start_time=record.intended_ns / 1e9,
        url=record.target,
    )


def _interrupt_like_terminate() -> None:
    """A SIGINT raises KeyboardInterrupt in whatever greenlet runs, in the middle of a record too. Let the
    hub take it, and hand it to Locust's main greenlet, which knows what to do.
    """
    hub = gevent.get_hub()

    def interrupt() -> None:
        hub.loop.run_callback(hub.parent.throw, KeyboardInterrupt())

    gevent.signal_handler(signal.SIGINT, interrupt)

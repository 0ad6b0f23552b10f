"""Where the load meets Locust's life cycle."""

import signal
import sys
from argparse import Namespace

import gevent
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.event import EventHook
from locust.runners import LocalRunner, MasterRunner, WorkerRunner

from evidence.request_record import Outcome, RequestRecord
from loadtests.command import EXIT_WRONG_INPUT
from loadtests.generator.arguments import add_arguments, read_options, take_run_time
from loadtests.generator.conductor import WRONG_INPUT, Conductor, LocalConductor
from loadtests.generator.distributed.master import MasterConductor
from loadtests.generator.distributed.worker import WorkerConductor
from loadtests.generator.live_view import shows_view
from loadtests.generator.load_reading import is_open, is_scenario, read_load
from loadtests.generator.locust_end import let_csv_catch_up
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.locustfiles.planned_shape import plan_shapes
from loadtests.generator.locustfiles.request_tap import RequestTap
from loadtests.generator.standing_users import fixed_dispatcher
from loadtests.generator.told_errors import ToldErrors

_told_errors = ToldErrors()
_GOOD = frozenset({Outcome.OK, Outcome.DEGRADED})
_registered: list[object] = []


class OutcomeError(Exception):
    """What Locust's statistics show of a request that did not go well."""


def register() -> None:
    """Called by every locustfile and module of ours that Locust may load; the first call counts."""
    if not _registered:
        _registered.append(_listen(events.init_command_line_parser, _on_parser))
        _registered.append(_listen(events.init, _on_init))


def _listen(hook: EventHook, listener: object) -> object:
    return hook.add_listener(listener)  # type: ignore[no-untyped-call]  # Locust's hooks carry no types


def _on_parser(parser: LocustArgumentParser, **_: object) -> None:
    add_arguments(parser)


def _on_init(environment: Environment, **_: object) -> None:
    _interrupt_like_terminate()
    parsed = environment.parsed_options
    if parsed is None:
        return
    side = LocustSide(environment, RequestTap(environment))
    if shows_view(parsed):
        parsed.only_summary = True  # its tables would break into the view
    try:
        conductor = _conductor(side, parsed)
    except WRONG_INPUT as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        raise SystemExit(EXIT_WRONG_INPUT) from error
    side.tap.open()
    hooks = environment.events
    _listen(hooks.test_start, lambda **_: conductor.test_start())
    _listen(hooks.test_stopping, lambda **_: conductor.test_stopping())
    _listen(hooks.test_stop, lambda **_: conductor.test_stop())
    _listen(hooks.test_stop, lambda **_: let_csv_catch_up(environment))
    # Added after the runner's own, and so called before it: evidence comes before good-bye.
    _listen(hooks.quitting, lambda **_: conductor.quitting())


def _conductor(side: LocustSide, parsed: Namespace) -> Conductor:
    def on_record(record: RequestRecord, method: str) -> None:
        _tell(side.environment, record, method)

    runner = side.environment.runner
    if isinstance(runner, WorkerRunner):
        worker = WorkerConductor(side, runner, parsed, on_record)
        worker.open()
        return worker
    if _is_open_model(side):
        plan_shapes(side.environment)
    take_run_time(parsed)
    _check_early(side, parsed)
    if isinstance(runner, MasterRunner):
        master = MasterConductor(side, runner, parsed)
        side.environment.dispatcher_class = fixed_dispatcher(
            runner,
            is_open=lambda: _is_open_model(side),
            is_fixed=lambda: master.is_fixed,
            is_refused=lambda: master.is_refused,
        )
        master.open()
        return master
    local = LocalConductor(side, parsed, on_record)
    if isinstance(runner, LocalRunner):
        side.environment.dispatcher_class = fixed_dispatcher(
            runner,
            is_open=lambda: _is_open_model(side),
            is_fixed=lambda: False,
            is_refused=lambda: local.is_refused,
        )
    return local


def _is_open_model(side: LocustSide) -> bool:
    """Raises InvalidFile for a mixture of classes."""
    return is_scenario(side.user_classes) or is_open(side.user_classes)


def _check_early(side: LocustSide, parsed: Namespace) -> None:
    """What is wrong is told before anything starts; a web UI may still be filled in."""
    if parsed.headless or parsed.autostart or (parsed.scenario and parsed.host):
        read_load(side, read_options(parsed))


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

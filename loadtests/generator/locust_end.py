"""Ending Locust's test from within, as far as somebody watches."""

import gevent
from locust.env import Environment
from locust.stats import CSV_STATS_INTERVAL_SEC

_CSV_MARGIN_S = 0.2


def end_test(environment: Environment, exit_code: int | None = None) -> None:
    """Stop the test; without a web UI Locust leaves too, with `exit_code` unless it is None.

    Returns at once: stopping waits for users, and for listeners of which the caller may be one.
    """
    if exit_code is not None:
        environment.process_exit_code = exit_code
    gevent.spawn(_end, environment)


def end_test_after(environment: Environment, seconds: float) -> gevent.Greenlet:
    """The same, later, unless what it returns is killed before."""
    # Timers count from when the event loop last looked at its clock: before whatever kept it busy.
    gevent.get_hub().loop.update_now()
    return gevent.spawn_later(seconds, end_test, environment)


def let_csv_catch_up(environment: Environment) -> None:
    """Locust writes its CSV once a second and not at the end: without this the last second is missing."""
    parsed = environment.parsed_options
    if parsed is not None and parsed.headless and parsed.csv_prefix:
        gevent.sleep(CSV_STATS_INTERVAL_SEC + _CSV_MARGIN_S)


def _end(environment: Environment) -> None:
    runner, parsed = environment.runner, environment.parsed_options
    if runner is None or parsed is None:
        return
    if parsed.headless:
        runner.quit()
        return
    runner.stop()
    if parsed.autostart and parsed.autoquit >= 0:
        gevent.sleep(parsed.autoquit)
        runner.quit()
        if environment.web_ui is not None:
            environment.web_ui.stop()  # type: ignore[no-untyped-call]  # Locust's, in part

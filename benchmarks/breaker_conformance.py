"""How breakers behave: the service's own and two well-known ones, through the same table of steps.

The others have clocks of their own, so their seconds are hundredths here. A slow answer is a success to them.
Rows with background probes are not asked of them: they have none.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AbstractContextManager
from typing import Protocol

import pybreaker
from purgatory import SyncCircuitBreakerFactory

from tests.reference_service.breaker_table import CONFORMANCE
from tests.reference_service.test_breaker import Walk

SCALE = 100


class Failed(Exception):  # noqa: N818 - said of a call
    """What a failing call raises."""


class Walker(Protocol):
    """Takes a breaker through the steps of a row, and tells its state in the table's words."""

    def step(self, step: str) -> None:
        """One step. Raises AssertionError when it does not go as the table says."""

    @property
    def state(self) -> str:
        """closed, open or half_open."""


class Own(Walk):
    """The service's breaker."""

    @property
    def state(self) -> str:
        return self.breaker.state.value


class Other:
    """A breaker whose calls are contexts."""

    def __init__(self) -> None:
        self._under_way: dict[str, AbstractContextManager[object]] = {}

    def call(self) -> AbstractContextManager[object]:
        """The context of one call."""
        raise NotImplementedError

    def step(self, step: str) -> None:
        """As the table says, where this breaker has a word for it."""
        word, _, argument = step.partition(" ")
        if word == "wait":
            # "Just before" is 5 s before: sleeps overshoot.
            seconds = float(argument) if argument.isdigit() else float(argument) - 5
            time.sleep(seconds / SCALE)
        elif word == "refused":
            self._must_refuse()
        elif word == "open":
            self._under_way[argument] = self._admitted()
        elif argument != "probe":
            self._end(word, self._under_way.pop(argument) if argument else self._admitted())

    def _admitted(self) -> AbstractContextManager[object]:
        call = self.call()
        try:
            call.__enter__()
        except Exception as error:
            raise AssertionError("refuses a call that it must admit") from error
        return call

    def _must_refuse(self) -> None:
        call = self.call()
        try:
            call.__enter__()
        except Exception:  # each has an error of its own for it
            return
        call.__exit__(None, None, None)
        raise AssertionError("admits a call that it must refuse")

    @staticmethod
    def _end(word: str, call: AbstractContextManager[object]) -> None:
        raised = {"fail": Failed(), "cancel": asyncio.CancelledError()}.get(word)
        try:
            call.__exit__(type(raised) if raised else None, raised, None)
        except (
            Exception,
            asyncio.CancelledError,
        ):  # it passes on what the call raised, or says that it opened
            return


class PyBreaker(Other):
    """pybreaker."""

    def __init__(self) -> None:
        super().__init__()
        self._breaker = pybreaker.CircuitBreaker(fail_max=5, reset_timeout=60 / SCALE, success_threshold=3)

    def call(self) -> AbstractContextManager[object]:
        return self._breaker.calling()

    @property
    def state(self) -> str:
        return str(self._breaker.current_state).replace("-", "_")


class Purgatory(Other):
    """purgatory."""

    def __init__(self) -> None:
        super().__init__()
        self._breaker = SyncCircuitBreakerFactory(default_threshold=5, default_ttl=60 / SCALE).get_breaker(
            "b"
        )

    def call(self) -> AbstractContextManager[object]:
        return self._breaker

    @property
    def state(self) -> str:
        return {"opened": "open", "half-opened": "half_open"}.get(self._breaker.context.state, "closed")


def deviation(walker: Walker, steps: list[str], expected: str) -> str | None:
    """How the row went otherwise; None when it went as the table says."""
    for step in steps:
        try:
            walker.step(step)
        except AssertionError as error:
            return f"at '{step}': {error}"
    # Some turn half-open only with the next call, which is no difference to anybody.
    since_wait = steps[::-1][: next((n for n, step in enumerate(steps[::-1]) if "wait" in step), len(steps))]
    asleep = expected == "half_open" and all(" " in step for step in since_wait)
    same = {expected, "open"} if asleep else {expected}
    return None if walker.state in same else f"is {walker.state}, not {expected}"


def main() -> int:
    """Prints every difference; 1 if the service's own breaker has one."""
    # Calls of theirs that a row leaves under way complain when they are thrown away.
    sys.unraisablehook = lambda _: None
    own = 0
    for name, make in (("own", Own), ("pybreaker", PyBreaker), ("purgatory", Purgatory)):
        rows = [row for row in CONFORMANCE if name == "own" or not any("probe" in step for step in row[1])]
        found = [(row, told) for row, steps, state in rows if (told := deviation(make(), steps, state))]
        print(f"{name}: {len(rows) - len(found)} of {len(rows)} rows as the table says")
        for row, told in found:
            print(f"    {row}: {told}")
        own += len(found) if name == "own" else 0
    return 1 if own else 0


if __name__ == "__main__":
    sys.exit(main())

"""Every request that any user of Locust reports, before anybody else hears of it."""

from collections.abc import Callable
from typing import Any

from locust.env import Environment

type OnRequest = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes what a request event says, gives what Locust's statistics and listeners are to hear."""


class RequestTap:
    """Sits where requests are reported.

    Not one listener among others: one that comes before may raise StopUser, which ends the event, and none
    can change what the others hear.
    """

    def __init__(self, environment: Environment) -> None:
        self._hook = environment.events.request
        self._pass_on = self._hook.fire
        self._on_request: OnRequest | None = None

    def open(self) -> None:
        """Take its place; once in a process."""
        self._hook.fire = self._fire  # type: ignore[method-assign]  # it comes before all listeners

    def listen(self, on_request: OnRequest | None) -> None:
        """From now on tell this one; None: nobody."""
        self._on_request = on_request

    def _fire(self, *, reverse: bool = False, **told: Any) -> None:
        if self._on_request is not None:
            told = self._on_request(told)
        self._pass_on(reverse=reverse, **told)  # type: ignore[no-untyped-call]  # Locust's hooks carry no types

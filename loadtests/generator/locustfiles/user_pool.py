"""Users that serve arrivals: made as they are needed, used again, asked to stop at the end."""

import logging
from collections.abc import Iterable

import gevent
from locust import User
from locust.env import Environment

from loadtests.generator.locustfiles.one_task import prepare_user

_logger = logging.getLogger(__name__)

_STOP_WITHIN_S = 5.0
"""For the on_stop of all."""


class UserPool:
    """Idle users by class, the latest first: its connection is the warmest."""

    def __init__(self, environment: Environment, user_classes: Iterable[type[User]]) -> None:
        self._environment = environment
        self._classes = {one.__name__: one for one in user_classes}
        self._idle: dict[str, list[User]] = {name: [] for name in self._classes}

    def take(self, name: str) -> User:
        """An idle one, or a new one, whose on_start belongs to who takes it. Raises what that raises."""
        if self._idle[name]:
            return self._idle[name].pop()
        user = self._classes[name](self._environment)
        prepare_user(user)
        return user

    def give_back(self, user: User) -> None:
        """It can serve another."""
        self._idle[type(user).__name__].append(user)

    def close(self) -> None:
        """Call on_stop of all that are idle, for a bounded time."""
        stopping = [
            gevent.spawn(_stop, self._idle[name].pop())
            for name in self._idle
            for _ in range(len(self._idle[name]))
        ]
        gevent.joinall(stopping, timeout=_STOP_WITHIN_S)
        gevent.killall(stopping, block=False)


def _stop(user: User) -> None:
    try:
        user.on_stop()  # type: ignore[no-untyped-call]  # Locust's own, in part
    except Exception:
        _logger.exception("on_stop of %s failed", type(user).__name__)

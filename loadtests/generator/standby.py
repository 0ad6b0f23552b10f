"""Locust's users where arrivals do not wait for users."""

from gevent.event import Event
from locust import User
from locust.user.task import LOCUST_STATE_WAITING


class StandbyUser(User):
    """Does nothing: arrivals come from a schedule. Locust wants users, and shows how many there are."""

    abstract = True

    def run(self) -> None:  # type: ignore[misc]  # final in Locust's types, whose own PytestUser has its own
        """Returns only when Locust stops the user: at once, also with --stop-timeout, since it waits."""
        self._state = LOCUST_STATE_WAITING
        Event().wait()

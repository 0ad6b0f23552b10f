"""Locust's users in an open model: arrivals come by a schedule, and each is served by one of them."""

from gevent.event import Event
from locust import FastHttpUser, HttpUser, User
from locust.user.task import LOCUST_STATE_WAITING


class OpenUser(User):
    """A user that does one of its tasks for each arrival, whether or not earlier ones have their answers.

    Locust's own instance stands by; those that serve arrivals are made as they are needed, and used again.
    `wait_time` between tasks has no meaning: the arrivals decide.
    """

    abstract = True

    def run(self) -> None:  # type: ignore[misc]  # final in Locust's types, whose own PytestUser has its own
        """What Locust starts: returns when it stops the user, at once since that one only waits."""
        if self.environment.runner is None:
            # run_single_user(): somebody looks for mistakes in a locustfile.
            super().run()  # type: ignore[no-untyped-call]  # Locust's own, in part
            return
        self._state = LOCUST_STATE_WAITING
        Event().wait()


class OpenHttpUser(OpenUser, HttpUser):
    """HttpUser with open arrivals."""

    abstract = True


class OpenFastHttpUser(OpenUser, FastHttpUser):
    """FastHttpUser with open arrivals: less CPU for each request."""

    abstract = True

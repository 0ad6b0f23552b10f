"""The Locust user that dispatches."""

import gevent
from locust import User, task

from loadtests.generator import hooks


class OpenModelUser(User):
    """Sends the whole schedule of its worker. Further users stand by: `-u` does not make more load, the
    scenario's rates do.
    """

    @task
    def dispatch(self) -> None:
        """Returns only when Locust stops the user."""
        hooks.dispatch(self.environment)
        while True:
            gevent.sleep(1)

    def on_stop(self) -> None:
        """Locust stops its users before it says that the test has stopped."""
        hooks.finish(self.environment)

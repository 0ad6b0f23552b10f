"""What Locust loaded: the classes, and the tap on their requests."""

from dataclasses import dataclass

from locust import User
from locust.env import Environment

from loadtests.generator.locustfiles.request_tap import RequestTap


@dataclass(frozen=True, slots=True)
class LocustSide:
    """Of this process."""

    environment: Environment
    tap: RequestTap

    @property
    def user_classes(self) -> list[type[User]]:
        """Those that are to run."""
        return self.environment.user_classes

    @property
    def name(self) -> str:
        """Of the locustfile, as a scenario's."""
        return (self.environment.locustfile or "locustfile").removesuffix(".py")

    @property
    def target(self) -> str:
        """The host that --host or the first class names; empty where none does."""
        hosts = (self.environment.host, *(one.host for one in self.user_classes))
        return next((host for host in hosts if host), "").rstrip("/")

"""The Locust user of a scenario."""

from locust import task

from loadtests.generator.standby import StandbyUser


class ScenarioUser(StandbyUser):
    """Stands for all personas of the scenario: `-u` does not make more load, the scenario's rates do."""

    functions = ("scenario",)
    """Locust would warn that --tags leave it no task: they choose among the operations of the scenario."""

    @task
    def scenario(self) -> None:
        """What its operations are is in the scenario's file."""

"""Plain Locust: locust -f loadtests/locustfile.py --host URL --scenario FILE [--headless]."""

from loadtests.generator.hooks import register
from loadtests.generator.user import ScenarioUser

__all__ = ["ScenarioUser"]

register()

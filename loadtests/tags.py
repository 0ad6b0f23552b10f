"""Locust's --tags and --exclude-tags, for the operations of a scenario."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from loadtests.persona import Persona
from loadtests.scenario import Scenario


@dataclass(frozen=True, slots=True)
class TagChoice:
    """Which operations are sent; the others leave their place in the schedule empty."""

    included: frozenset[str] | None = None
    """None: all."""
    excluded: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Nothing is left out."""
        return self.included is None and not self.excluded

    def allows(self, tags: Collection[str]) -> bool:
        """As Locust decides for a task with these tags."""
        if self.included is not None and self.included.isdisjoint(tags):
            return False
        return self.excluded.isdisjoint(tags)

    def places(self, scenario: Scenario) -> frozenset[tuple[str, int]]:
        """Persona and position of the operations that are sent."""
        return frozenset(
            (persona.name, position)
            for persona in scenario.personas
            for position, tags in enumerate(operation_tags(persona))
            if self.allows(tags)
        )


def operation_tags(persona: Persona) -> Iterator[frozenset[str]]:
    """Of each of its operations: those that the scenario gives it, its own name and the persona's."""
    for share in persona.operations:
        yield frozenset({*share.tags, share.name, persona.name})

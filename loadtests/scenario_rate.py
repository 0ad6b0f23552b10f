"""The same clients at another rate: what a search for the highest one asks for."""

from dataclasses import replace

import numpy as np

from loadtests.persona import Persona
from loadtests.scenario import Scenario, tenants_needed


def at_rate(scenario: Scenario, rate_per_s: float) -> Scenario:
    """The scenario at an even rate of all personas together, in the proportions of their mean rates.

    Its tenants are those of its own rate: what was seeded suffices, and rates differ in nothing else.
    """
    scale = rate_per_s / scenario.rate_per_s
    needed = tenants_needed(scenario)
    personas = tuple(
        replace(
            persona,
            rate_per_s=mean_rate_per_s(persona, scenario.duration_s) * scale,
            rate_per_tenant_per_min=None,
            tenants=persona.tenants or (needed[persona.tier] if persona.tier is not None else None),
            profile=None,
        )
        for persona in scenario.personas
    )
    return replace(scenario, personas=personas)


def mean_rate_per_s(persona: Persona, duration_s: float) -> float:
    """Over the whole duration."""
    return float(persona.curve.expected(np.array([duration_s]))[0]) / duration_s

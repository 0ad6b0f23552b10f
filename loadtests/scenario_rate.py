"""The same clients at another rate: what a search for the highest one asks for."""

from dataclasses import replace

import numpy as np

from loadtests.persona import Persona
from loadtests.scenario import Scenario, tenants_needed


def at_rate(scenario: Scenario, rate_per_s: float) -> Scenario:
    """The scenario at an even rate of all personas together, in the proportions of their mean rates over its
    whole duration: shorten it afterwards, or a persona that comes late has no part. One that sends nothing
    in it is left out. The tenants are those of its own rate: what was seeded suffices, and rates differ in
    nothing else.

    Raises ValueError where none sends anything.
    """
    means = {persona.name: mean_rate_per_s(persona, scenario.duration_s) for persona in scenario.personas}
    whole_per_s = sum(means.values())
    if whole_per_s <= 0:
        raise ValueError(f"{scenario.name} sends nothing in {scenario.duration_s:g} s")
    needed = tenants_needed(scenario)
    personas = tuple(
        replace(
            persona,
            rate_per_s=means[persona.name] * rate_per_s / whole_per_s,
            rate_per_tenant_per_min=None,
            tenants=persona.tenants or (needed[persona.tier] if persona.tier is not None else None),
            profile=None,
        )
        for persona in scenario.personas
        if means[persona.name] > 0
    )
    return replace(scenario, personas=personas)


def mean_rate_per_s(persona: Persona, duration_s: float) -> float:
    """Over the whole duration."""
    return float(persona.curve.expected(np.array([duration_s]))[0]) / duration_s

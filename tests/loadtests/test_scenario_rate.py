"""The same clients at another rate."""

from dataclasses import replace
from pathlib import Path

import pytest

from loadtests.arrivals.ramp import Ramp
from loadtests.arrivals.spike import Spike
from loadtests.persona import OperationShare, Persona
from loadtests.scenario import Scenario, tenants_needed
from loadtests.scenario_file import read_scenario
from loadtests.scenario_rate import at_rate

BASELINE = Path("loadtests/scenarios/baseline.yaml")
SHARES = (OperationShare("search", 1.0),)
LATE = Spike(kind="spike", base_rate=0.0, peak_rate=10.0, at_s=90.0, rise_s=1.0, hold_s=1.0, fall_s=1.0)


def scenario() -> Scenario:
    """A constant 30 a second, and a ramp that brings 10 a second on average."""
    steady = Persona("steady", SHARES, rate_per_s=30.0)
    rising = Persona("rising", SHARES, profile=Ramp(kind="ramp", from_rate=0.0, to_rate=20.0, over_s=60.0))
    return Scenario("two", 60.0, (steady, rising))


def test_all_together_send_at_the_rate_that_is_asked_for() -> None:
    assert at_rate(scenario(), 200.0).rate_per_s == pytest.approx(200.0)


def test_personas_keep_their_proportions_and_become_even() -> None:
    steady, rising = at_rate(scenario(), 200.0).personas
    assert steady.rate_per_s == pytest.approx(150.0)
    assert rising.rate_per_s == pytest.approx(50.0)
    assert rising.profile is None


@pytest.mark.parametrize("rate_per_s", [10.0, 2_000.0])
def test_the_tenants_stay_those_of_its_own_rate(rate_per_s: float) -> None:
    baseline = read_scenario(BASELINE)
    assert tenants_needed(at_rate(baseline, rate_per_s)) == tenants_needed(baseline)


def test_a_persona_that_sends_nothing_is_left_out() -> None:
    late = Persona("late", SHARES, profile=LATE)
    both = replace(scenario(), personas=(*scenario().personas, late))
    assert [persona.name for persona in at_rate(both, 200.0).personas] == ["steady", "rising"]
    assert at_rate(both, 200.0).rate_per_s == pytest.approx(200.0)


def test_a_scenario_that_sends_nothing_has_no_mix() -> None:
    silent = replace(scenario(), personas=(Persona("late", SHARES, profile=LATE),))
    with pytest.raises(ValueError, match="two sends nothing in 60 s"):
        at_rate(silent, 200.0)

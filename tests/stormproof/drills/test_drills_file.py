"""The drills' own file."""

import pytest

import stack
from evidence.run_record import RateLimits
from loadtests.scenario_file import read_scenario
from stormproof.drills.catalogue import ACTIONS
from stormproof.drills.drill import find_drills, read_drills
from stormproof.drills.frame import LOAD_FILE
from stormproof.errors import BadInput


def test_every_drill_of_the_file_has_its_code_and_the_other_way_round() -> None:
    assert {drill.name for drill in read_drills()} == set(ACTIONS)


def test_every_objective_names_its_source_in_the_analysis() -> None:
    for drill in read_drills():
        assert drill.objective.source.startswith("6."), drill.name
        assert drill.objective.rto_s >= 0


def test_an_unknown_drill_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadInput, match="no-such: must be one of node-lost"):
        find_drills(("node-lost", "no-such"))


def test_drills_of_one_profile_can_come_one_after_another() -> None:
    chosen = find_drills(("redis-restarted", "node-lost"))
    assert [drill.profile for drill in chosen] == [stack.Profile.REPLICAS, stack.Profile.SINGLE]


def test_the_load_stays_below_the_limits_of_its_tenants() -> None:
    scenario = read_scenario(LOAD_FILE)
    assert isinstance(scenario.limits, RateLimits)
    per_min = scenario.rate_per_s * 60
    assert per_min <= sum(scenario.limits.tiers["enterprise"].values())

"""The scenario of synthetic monitoring asks each operation once in every 30 s."""

from loadtests.arrivals import worker_share
from loadtests.operations.catalogue import OWN_OPERATIONS
from loadtests.scenario_file import read_scenario
from stormproof.watch.scenario import synthetic_scenario

PERIOD_S = 30


def test_every_operation_is_probed_once_in_every_period_of_a_day() -> None:
    scenario = read_scenario(synthetic_scenario())
    periods = round(scenario.duration_s) // PERIOD_S
    probes: dict[str, list[int]] = {persona.name: [] for persona in scenario.personas}
    streams = [persona.stream for persona in scenario.personas]
    for arrival in worker_share(streams, scenario.duration_s, 1, 0, 1):
        probes[arrival.persona].append(round(arrival.offset_ns / 1e9 / PERIOD_S))
    assert set(probes) == set(OWN_OPERATIONS) - {"refresh"}, "a refresh needs the token of a session"
    for instants in probes.values():
        assert len(set(instants)) == len(instants), "never two in one period"
        assert abs(len(instants) - periods) <= 1

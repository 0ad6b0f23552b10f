"""How a persona's rate is given, and what follows from it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from evidence.errors import InvalidFile
from loadtests.arrivals import ArrivalProcess, Flat
from loadtests.scenario import Scenario, tenants_needed
from loadtests.scenario_file import read_scenario

Content = dict[str, Any]  # a YAML document

RAMP = {"kind": "ramp", "from_per_s": 1, "to_per_s": 9, "over_s": 80}


def written(**persona: object) -> Content:
    """A scenario of one persona; what is None is left out."""
    whole = {
        "name": "p",
        "tier": "free",
        "rate_per_s": 3,
        "operations": [{"name": "search", "weight": 1}, {"name": "get", "weight": 3}],
        **persona,
    }
    return {
        "name": "one",
        "duration_s": 80,
        "personas": [{name: value for name, value in whole.items() if value is not None}],
    }


def read(folder: Path, content: Content) -> Scenario:
    file = folder / "scenario.yaml"
    file.write_text(yaml.safe_dump(content))
    return read_scenario(file)


def profiled(profile: object, **persona: object) -> Content:
    return written(rate_per_s=None, profile=profile, **persona)


def problems(folder: Path, content: Content) -> list[str]:
    with pytest.raises(InvalidFile) as raised:
        read(folder, content)
    return [str(problem) for problem in raised.value.problems]


def test_a_rate_per_tenant_and_minute_follows_the_tenants(tmp_path: Path) -> None:
    (persona,) = read(tmp_path, written(rate_per_s=None, rate_per_tenant_per_min=10, tenants=12)).personas
    assert persona.stream.curve == Flat(2)


def test_arrivals_are_poisson_unless_the_scenario_says_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, written()).streams[0].process is ArrivalProcess.POISSON
    assert read(tmp_path, written(arrivals="constant")).streams[0].process is ArrivalProcess.CONSTANT


def test_a_replay_is_read_from_the_folder_of_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "recorded.txt").write_text("0\n1\n2.5\n")
    scenario = read(tmp_path, profiled({"kind": "replay", "file": "recorded.txt"}))
    assert scenario.rate_per_s == pytest.approx(3 / 80)
    (note,) = scenario.notes
    assert note.startswith("p replays 3 arrivals of recorded.txt, sha256 ")


def test_a_scenario_without_files_needs_no_notes(tmp_path: Path) -> None:
    assert read(tmp_path, profiled(RAMP)).notes == ()


@pytest.mark.parametrize(
    ("profile", "where"),
    [
        (7, "profile: 7"),
        ({"kind": "surprise"}, "profile: {'kind': 'surprise'}"),
        ({"from_per_s": 1}, "profile: {'from_per_s': 1}"),
        ({**RAMP, "over_s": 0}, "profile.over_s: 0"),
        ({**RAMP, "over_s": "long"}, "profile.over_s: 'long'"),
        ({**RAMP, "from_per_s": -1}, "profile.from_per_s: -1"),
        ({**RAMP, "to_per_s": float("nan")}, "profile.to_per_s: nan"),
        ({**RAMP, "from_per_s": 0, "to_per_s": 0}, "profile: 0 to 0"),
        ({**RAMP, "surprise": 1}, "profile.surprise: 1"),
        ({"kind": "ramp", "from_per_s": 1, "over_s": 1}, "profile.to_per_s: missing"),
        ({**RAMP, "from_per_tenant_per_min": 1}, "profile: {"),
        ({**RAMP, "unit": "per_s"}, "profile: {"),
        (
            {"kind": "ramp", "from_per_tenant_per_min": -1, "to_per_tenant_per_min": 1, "over_s": 1},
            "profile.from_per_tenant_per_min: -1",
        ),
        ({"kind": "steps", "steps": []}, "profile.steps: no rate above 0"),
        ({"kind": "steps", "steps": [{"rate_per_s": 0, "for_s": 1}]}, "profile.steps: no rate above 0"),
        ({"kind": "steps", "steps": [{"rate_per_s": 1, "for_s": 0}]}, "profile.steps[0].for_s: 0"),
        ({"kind": "steps", "steps": [{"rate_per_s": 1, "for_s": 1, "x": 1}]}, "profile.steps[0].x: 1"),
        ({"kind": "steps", "steps": [{"rate_per_s": -1, "for_s": 1}]}, "profile.steps[0].rate_per_s: -1"),
        (
            {"kind": "sine", "mean_per_s": 1, "amplitude_per_s": 2, "period_s": 9},
            "profile.amplitude_per_s: 2",
        ),
        ({"kind": "sine", "mean_per_s": 0, "amplitude_per_s": 0, "period_s": 9}, "profile.mean_per_s: 0"),
        ({"kind": "sine", "mean_per_s": 1, "amplitude_per_s": 0, "period_s": 0}, "profile.period_s: 0"),
        (
            {"kind": "sine", "mean_per_s": 1, "amplitude_per_s": 0, "period_s": 9, "phase_s": float("inf")},
            "profile.phase_s: inf",
        ),
        (
            {"kind": "sine", "mean_per_s": 1, "amplitude_per_s": 0, "period_s": 9, "speed": 0},
            "profile.speed: 0",
        ),
        ({"kind": "bursts", "every_s": 0, "size": 5}, "profile.every_s: 0"),
        ({"kind": "bursts", "every_s": 1, "size": 0}, "profile.size: 0"),
        ({"kind": "bursts", "every_s": 1, "size": 1.5}, "profile.size: 1.5"),
        ({"kind": "bursts", "every_s": 1, "size": 5, "within_s": 2}, "profile.within_s: 2"),
        ({"kind": "bursts", "every_s": 1, "size": 5, "base_per_s": -2}, "profile.base_per_s: -2"),
        ({"kind": "replay", "file": "nowhere.txt"}, "profile.file: nowhere.txt: No such file"),
        ({"kind": "replay", "file": "."}, "profile.file: .: Is a directory"),
        ({"kind": "replay", "file": "once.txt", "loop": True}, "profile.loop: true"),
        ({"kind": "replay", "file": "once.txt", "speed": -1}, "profile.speed: -1"),
        ({"kind": "replay", "file": "once.txt", "unit": "weeks"}, "profile.unit: 'weeks'"),
        ({"kind": "replay", "file": "once.txt", "recording": {}}, "profile.recording: {}"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_its_place(tmp_path: Path, profile: object, where: str) -> None:
    (tmp_path / "once.txt").write_text("5\n")
    told = problems(tmp_path, profiled(profile))
    assert any(one.startswith(f"personas[0].{where}") for one in told), told


SPIKE = {
    "kind": "spike",
    "base_per_s": 1,
    "peak_per_s": 9,
    "at_s": 1,
    "rise_s": 1,
    "hold_s": 1,
    "fall_s": 1,
}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"base_per_s": -1}, "base_per_s"),
        ({"peak_per_s": 1}, "peak_per_s"),
        ({"at_s": -1}, "at_s"),
        ({"rise_s": -1}, "rise_s"),
        ({"hold_s": float("inf")}, "hold_s"),
        ({"fall_s": -1}, "fall_s"),
        ({"rise_s": 0, "hold_s": 0, "fall_s": 0}, "hold_s"),
    ],
)
def test_a_mistake_in_a_spike_is_named_with_its_place(
    tmp_path: Path, wrong: dict[str, float], where: str
) -> None:
    assert [one.split(": ")[0] for one in problems(tmp_path, profiled({**SPIKE, **wrong}))] == [
        f"personas[0].profile.{where}"
    ]


@pytest.mark.parametrize(
    ("persona", "told"),
    [
        (
            {"rate_per_s": None},
            "personas[0]: no rate: must have one of rate_per_s, rate_per_tenant_per_min, pr",
        ),
        ({"profile": RAMP}, "personas[0]: rate_per_s and profile: must have one of"),
        ({"rate_per_s": None, "rate_per_tenant_per_min": 5}, "personas[0].tenants: missing: "),
        (
            {"rate_per_s": None, "rate_per_tenant_per_min": 0, "tenants": 5},
            "personas[0].rate_per_tenant_per_min: 0",
        ),
        ({"tenants": 0}, "personas[0].tenants: 0: "),
        ({"tenants": 2, "tier": None}, "personas[0].tier: missing: tenants are counted of a tier"),
    ],
)
def test_a_persona_has_one_rate_and_the_tenants_that_it_needs(
    tmp_path: Path, persona: dict[str, object], told: str
) -> None:
    assert any(one.startswith(told) for one in problems(tmp_path, written(**persona)))


def test_a_profile_per_tenant_needs_their_number(tmp_path: Path) -> None:
    steps = [{"rate_per_s": 1, "for_s": 1}, {"rate_per_tenant_per_min": 6, "for_s": 1}]
    profile = {"kind": "steps", "steps": steps}
    assert problems(tmp_path, profiled(profile))[0].startswith("personas[0].tenants: missing")
    scenario = read(tmp_path, profiled(profile, tenants=20))
    assert scenario.rate_per_s == pytest.approx((1 + 79 * 2) / 80)


def test_a_replay_has_its_own_instants(tmp_path: Path) -> None:
    (tmp_path / "recorded.txt").write_text("0\n1\n")
    replay = {"kind": "replay", "file": "recorded.txt"}
    (told,) = problems(tmp_path, profiled(replay, arrivals="poisson"))
    assert told.startswith("personas[0].arrivals: poisson: must be left out")
    both = problems(tmp_path, profiled({**replay, "column": "at", "field": "at"}))
    assert both[0].startswith("line 1: 0: must have a column at")


def test_the_busiest_minute_decides_how_many_tenants_and_addresses_there_are(tmp_path: Path) -> None:
    limits = {"window_s": 60, "burst": 10, "tiers": {"free": {"search": 10, "get": 20}}}
    scenario = read(tmp_path, {**profiled(RAMP), "limits": limits})
    # From 1/s to 9/s in 80 s: the last 60 s bring 6/s. A quarter searches, at 6 a minute and tenant; the rest
    # gets documents, at 12.
    assert scenario.peak_rate_per_s(60) == pytest.approx(6)
    assert scenario.rate_per_s == pytest.approx(5)
    assert tenants_needed(scenario) == {"free": 23}  # 270 / 12
    assert scenario.address_count == 36  # 360 * 2 / 20
    assert tenants_needed(replace(scenario, duration_s=20)) == {"free": 8}  # 1.5/s * 60 s / 12
    assert scenario.told_rate == "5 requests/s on average, 8.95 at most"


def test_tenants_that_are_counted_are_as_many_whatever_their_rate(tmp_path: Path) -> None:
    limits = {"window_s": 60, "burst": 10, "tiers": {"free": {"search": 10, "get": 20}}}
    content = {**written(tenants=2, rate_per_s=100), "limits": limits}
    assert tenants_needed(read(tmp_path, content)) == {"free": 2}
    content["personas"].append({**written(name="q")["personas"][0]})
    # q's 0.75 searches and 2.25 gets a second: 45 / 6 and 135 / 12.
    assert tenants_needed(read(tmp_path, content)) == {"free": 12}

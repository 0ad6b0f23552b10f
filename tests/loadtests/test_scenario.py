"""What a scenario file may say, and what follows from it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import loadtests
from evidence.errors import InvalidFile
from evidence.run_record import ScheduledArrivals
from loadtests.demand import requests_per_arrival
from loadtests.scenario import scheduled_arrivals, tenants_needed
from loadtests.scenario_file import read_scenario

BASELINE = Path(loadtests.__file__).parent / "scenarios" / "baseline.yaml"

Content = dict[str, Any]  # a YAML document, bent by each test before the reader sees it


@pytest.fixture
def content() -> Content:
    document: Content = yaml.safe_load(BASELINE.read_text())
    return document


def write(folder: Path, content: Content) -> Path:
    file = folder / "scenario.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def test_the_baseline_uses_sixty_percent_of_every_limit() -> None:
    scenario = read_scenario(BASELINE)
    assert scenario.limits is not None
    needed = tenants_needed(scenario)
    assert needed == {"enterprise": 4, "standard": 12, "free": 20}
    assert 205 <= scenario.rate_per_s <= 210
    for persona in scenario.personas:
        assert persona.tier is not None
        assert persona.rate_per_s is not None
        for share in persona.operations:
            asked = requests_per_arrival(persona.operations, share.name, ())
            per_tenant = persona.rate_per_s * asked * 60 / needed[persona.tier]
            assert per_tenant == pytest.approx(0.6 * scenario.limits.tiers[persona.tier][share.name])


def test_addresses_follow_from_the_rate_and_the_service_processes(tmp_path: Path, content: Content) -> None:
    assert read_scenario(BASELINE).address_count == 1234  # 205.6/s * 60 s * 2 / 20, rounded up
    assert read_scenario(write(tmp_path, {**content, "service_workers": 2})).address_count == 2468
    assert read_scenario(write(tmp_path, {**content, "addresses": 7})).address_count == 7


def test_more_load_or_a_smaller_share_needs_more_tenants(tmp_path: Path, content: Content) -> None:
    content["personas"][1]["rate_per_s"] = 45.7
    assert tenants_needed(read_scenario(write(tmp_path, content)))["standard"] == 13
    content["share_of_limit"] = 0.3
    assert tenants_needed(read_scenario(write(tmp_path, content)))["enterprise"] == 8


def test_the_tightest_limit_decides_how_many_tenants(tmp_path: Path, content: Content) -> None:
    content["personas"][2]["operations"] = [{"name": "delete", "weight": 1}]
    content["personas"][2]["rate_per_s"] = 1
    assert tenants_needed(read_scenario(write(tmp_path, content)))["free"] == 20  # 60 a minute by 3 each


def test_without_limits_a_tenant_a_tier_is_enough(tmp_path: Path, content: Content) -> None:
    del content["limits"]
    assert tenants_needed(read_scenario(write(tmp_path, content))) == {
        "enterprise": 1,
        "standard": 1,
        "free": 1,
    }


def test_the_schedule_of_each_worker_is_counted() -> None:
    scenario = read_scenario(BASELINE)
    (alone,) = scheduled_arrivals(scenario, 1, 1)
    first, second, third = scheduled_arrivals(scenario, 1, 3)
    assert alone.arrivals == first.arrivals + second.arrivals + third.arrivals
    assert first.arrivals - third.arrivals in {0, 1}
    assert alone.arrivals == pytest.approx(120 * 205.6, rel=0.03)
    (until,) = scheduled_arrivals(scenario, 1, 1, until_s=60)
    assert until.arrivals == pytest.approx(60 * 205.6, rel=0.03)
    assert scheduled_arrivals(scenario, 1, 1, until_s=-5) == (ScheduledArrivals("worker-0", 0),)


def test_a_foreign_service_needs_no_tenants_and_no_code(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        {
            "name": "foreign",
            "duration_s": 5,
            "operations": [{"name": "home", "path": "/", "expect": [200, 301]}],
            "personas": [{"name": "p", "rate_per_s": 3, "operations": [{"name": "home", "weight": 1}]}],
        },
    )
    scenario = read_scenario(file)
    assert tenants_needed(scenario) == {}
    assert scenario.operations[0].method == "GET"


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("duration_s", 0, "duration_s"),
        ("duration_s", float("inf"), "duration_s"),
        ("timeout_s", -1, "timeout_s"),
        ("share_of_limit", 0, "share_of_limit"),
        ("popularity_exponent", -0.1, "popularity_exponent"),
        ("addresses", 0, "addresses"),
        ("service_workers", 0, "service_workers"),
        ("personas", [], "personas"),
        ("personas.0.rate_per_s", -1, "personas[0].rate_per_s"),
        ("personas.0.rate_per_s", float("nan"), "personas[0].rate_per_s"),
        ("personas.0.arrivals", "bursty", "personas[0].arrivals"),
        ("personas.0.operations", [], "personas[0].operations"),
        ("personas.0.operations.1.weight", 0, "personas[0].operations[1].weight"),
        ("personas.0.operations.1.name", "fly", "personas[0].operations[1].name"),
        ("personas.0.operations.1.name", "search", "personas[0].operations"),
        ("personas.1.name", "enterprise", "personas"),
        ("personas.1.tier", "gold", "personas[1].tier"),
        ("personas.1.tier", None, "personas[1].tier"),
        ("limits.window_s", 0, "limits.window_s"),
        ("limits.burst", -1, "limits.burst"),
        ("limits.tiers.free.search", 0, "limits.tiers.free.search"),
        ("surprise", 1, "surprise"),
        ("operations", [{"name": "search", "path": "/"}], "operations[0].name"),
        ("operations", [{"name": "x", "path": "no-slash"}], "operations[0].path"),
        ("operations", [{"name": "x", "path": "/a b"}], "operations[0].path"),
        ("operations", [{"name": "x", "path": "/", "method": "FLY"}], "operations[0].method"),
        ("operations", [{"name": "x", "path": "/", "expect": []}], "operations[0].expect"),
        ("operations", [{"name": "x", "path": "/", "headers": {"A": "1\r\nB: 2"}}], "operations[0].headers"),
        ("operations", [{"name": "x", "path": "/"}, {"name": "x", "path": "/"}], "operations"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, content: Content, path: str, value: object, where: str
) -> None:
    *parents, last = path.split(".")
    place: Any = content
    for step in parents:
        place = place[int(step)] if step.isdigit() else place[step]
    place[int(last) if last.isdigit() else last] = value
    file = write(tmp_path, content)
    with pytest.raises(InvalidFile) as raised:
        read_scenario(file)
    assert where in [problem.where for problem in raised.value.problems]
    assert str(file) in str(raised.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path, content: Content) -> None:
    content["duration_s"] = -1
    content["personas"][0]["rate_per_s"] = 0
    with pytest.raises(InvalidFile) as raised:
        read_scenario(write(tmp_path, content))
    assert [problem.where for problem in raised.value.problems] == ["duration_s", "personas[0].rate_per_s"]

"""docs/scenarios.md is true: its examples are scenarios, its fields exist, its links lead somewhere."""

import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from evidence.verdict_record import Verdict
from loadtests.arrivals.bursts import Bursts
from loadtests.arrivals.ramp import Ramp
from loadtests.arrivals.replay import Replay
from loadtests.arrivals.sine import Sine
from loadtests.arrivals.spike import Spike
from loadtests.arrivals.steps import Steps
from loadtests.arrivals.timestamps import TimestampForm
from loadtests.persona import OperationShare, Persona
from loadtests.scenario import Scenario
from loadtests.scenario_file import read_scenario
from tests.loadtests.processes import Bench

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
TEXT = PAGE.read_text()
PROFILES = (Ramp, Steps, Spike, Sine, Bursts, Replay)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def scenario_of(example: str) -> dict[str, Any]:
    """Whole as it stands, or what takes the place of a persona's rate."""
    content: dict[str, Any] = yaml.safe_load(example)
    if "personas" in content:
        return content
    persona = {"name": "p", "tier": "free", "operations": [{"name": "search", "weight": 1}], **content}
    return {"name": "example", "duration_s": 60, "personas": [persona]}


@pytest.fixture(params=blocks("yaml"))
def scenario(request: pytest.FixtureRequest, tmp_path: Path) -> Scenario:
    (recorded,) = blocks("csv")
    (tmp_path / "recorded.csv").write_text(recorded)
    file = tmp_path / "scenario.yaml"
    file.write_text(yaml.safe_dump(scenario_of(request.param)))
    return read_scenario(file)


def test_every_example_is_a_scenario_that_sends_something(scenario: Scenario) -> None:
    assert scenario.rate_per_s > 0


def test_every_profile_has_an_example_under_its_name() -> None:
    kinds = {scenario_of(one)["personas"][0].get("profile", {}).get("kind") for one in blocks("yaml")} - {
        None
    }
    assert kinds == set(re.findall(r"^### (\w+)$", TEXT, re.MULTILINE))
    assert len(kinds) == len(PROFILES)


@pytest.mark.parametrize("part", [Scenario, Persona, OperationShare])
def test_every_field_of_a_scenario_is_told(part: type) -> None:
    for field in fields(part):
        assert f"`{field.name}`" in TEXT, field.name


@pytest.mark.parametrize("profile", PROFILES)
def test_every_field_of_a_profile_is_told(profile: type) -> None:
    section = TEXT.split(f"### {profile.__name__.lower()}\n")[1].split("\n### ")[0].split("\n## ")[0]
    for field in fields(profile):
        if field.name not in {"kind", "unit" if profile is not Replay else "", "recording"}:
            assert re.search(rf"\b{field.name.removesuffix('_rate')}(_per_s)?\b", section), field.name


def test_every_unit_of_a_timestamp_is_told() -> None:
    for form in TimestampForm:
        assert f"`{form}`" in TEXT or f"`unit: {form}`" in TEXT, form


def test_the_command_of_the_page_sends_its_first_example(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "front-page.yaml").write_text(blocks("yaml")[0])
    (command,) = blocks("sh")
    program, *arguments = shlex.split(command)
    assert program == "stormproof"
    server = bench.server()
    arguments[arguments.index("--target") + 1] = server.url
    ended = subprocess.run(
        [sys.executable, "-m", "stormproof", *arguments, "--duration-s", "1"], cwd=tmp_path, check=False
    )
    # On a busy machine the load is no evidence, and says so.
    assert ended.returncode in {0, Verdict.INVALID.exit_code}
    assert 15 < server.stop()["requests"] < 75


def test_every_link_of_the_page_leads_somewhere() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (PAGE.parent / link).exists(), link

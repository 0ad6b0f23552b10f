"""docs/analysis-map.md: every file, setting, drill and departure that it names is there."""

import re

import pytest
import yaml

from reference_service.settings import Settings
from stormproof.drills.drill import read_drills
from tests.docs.page import DOCS, REPOSITORY, Page

TEXT = (DOCS / "analysis-map.md").read_text()
LAST_OF_CHAPTER = {1: 2, 2: 4, 3: 4, 4: 4, 5: 3, 6: 5, 7: 3}
SECTIONS = [f"{chapter}.{part}" for chapter, last in LAST_OF_CHAPTER.items() for part in range(1, last + 1)]
ROWS = [line.strip("|").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]
NAMED = re.findall(r"`([^`]+)`", TEXT)
SETTINGS = [found for name in NAMED if (found := re.fullmatch(r"([a-z_]+) = (\S+)", name))]


def test_every_section_has_its_place_in_order() -> None:
    assert re.findall(r"^## (\S+) ", TEXT, re.MULTILINE) == [*SECTIONS, "8"]


def test_every_line_says_where_it_is_built_and_what_holds_it() -> None:
    assert len(ROWS) > 90
    assert [row for row in ROWS if len(row) != 3 or not all(cell.strip() for cell in row)] == []


def test_every_file_is_there() -> None:
    files = [name for name in NAMED if re.fullmatch(r"[a-z_]+/[\w./-]+", name)]
    assert len(files) > 100
    assert [name for name in files if not (REPOSITORY / name).exists()] == []


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda found: found[1])
def test_every_setting_has_the_default_that_is_told(setting: re.Match[str]) -> None:
    default = Settings.model_fields[setting[1]].default
    told: object = setting[2] if isinstance(default, str) else float(setting[2])
    assert default == told


def test_every_drill_is_one_and_each_is_named() -> None:
    named = {
        name for names in re.findall(r"drill (`[^|;]*)", TEXT) for name in re.findall(r"`([a-z-]+)`", names)
    }
    assert named == {drill.name for drill in read_drills()}


def test_every_departure_is_one_of_those_that_are_explained() -> None:
    named = {one.strip() for one in re.findall(r"departure: (.*?)(?=;| \||\)| \(|$)", TEXT)}
    rows = Page(DOCS / "departures.md").text.splitlines()
    explained = {row.split("|")[1].strip() for row in rows if row.startswith("| ")}
    assert len(named) > 20
    assert named - explained == set()


def test_every_situation_and_objective_is_in_its_file() -> None:
    contract = yaml.safe_load((REPOSITORY / "slo/contracts/reference-service.yaml").read_text())
    situations = {one["name"] for one in contract["situations"]}
    recovery = yaml.safe_load_all((REPOSITORY / "slo/objectives/recovery/recovery.yaml").read_text())
    objectives = {one["metadata"]["name"] for one in recovery}
    assert set(re.findall(r"situation `([a-z-]+)`", TEXT)) <= situations
    assert set(re.findall(r"objective `([a-z-]+)`", TEXT)) <= objectives
    assert len(re.findall(r"(?:situation|objective) `", TEXT)) >= 8

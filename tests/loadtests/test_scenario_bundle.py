"""A scenario goes to another machine with the files that it names."""

from pathlib import Path

import pytest
import yaml

from loadtests.scenario_bundle import ScenarioBundle, bundle_scenario, unbundle_scenario


def test_what_a_scenario_names_lies_beside_it_again(tmp_path: Path) -> None:
    home = tmp_path / "here" / "scenarios"
    (home / "data").mkdir(parents=True)
    (home / "data" / "users.csv").write_bytes(b"id\n1\n")
    (tmp_path / "here" / "times.txt").write_bytes(b"0.5\n")
    content = {
        "name": "named",
        "operations": [{"path": "/ping", "body": "no file\x00", "data": "data/users.csv"}],
        "replay": ["../times.txt", "nowhere.txt", "x" * 5000, ""],
    }
    (home / "of.yaml").write_text(yaml.safe_dump(content))
    bundle = bundle_scenario(home / "of.yaml")
    assert set(bundle.files) == {"of.yaml", "data/users.csv", "../times.txt"}

    there = tmp_path / "there"
    there.mkdir()
    scenario = unbundle_scenario(bundle, there)
    assert yaml.safe_load(scenario.read_bytes()) == content
    assert (scenario.parent / "data/users.csv").read_bytes() == b"id\n1\n"
    assert (scenario.parent / "../times.txt").read_bytes() == b"0.5\n"


def test_a_scenario_may_be_json_with_tabs(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_bytes(b"id\n1\n")
    (tmp_path / "of.json").write_text('{\n\t"data": [{"file": "users.csv"}]\n}\n')
    assert set(bundle_scenario(tmp_path / "of.json").files) == {"of.json", "users.csv"}


def test_a_path_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    bundle = ScenarioBundle("of.yaml", {"of.yaml": b"", "../../../../stolen": b""})
    with pytest.raises(ValueError, match="stolen"):
        unbundle_scenario(bundle, tmp_path / "there")
    assert not (tmp_path / "stolen").exists()

"""docs/scenario-requests.md is true: its examples are read, sent and answered."""

import re
from pathlib import Path

import pytest
import yaml

from loadtests.command import EXIT_COMPLETED, GeneratorOptions
from loadtests.operations.catalogue import OWN_OPERATIONS
from loadtests.scenario_file import read_scenario
from loadtests.values.draws import ARRIVAL_NAMES, TENANT_NAMES
from loadtests.values.variable import KINDS
from stormproof.cli.target_options import read_targets
from tests.loadtests.processes import Bench, requests

PAGE = Path(__file__).parents[2] / "docs" / "scenario-requests.md"
TEXT = PAGE.read_text()
EXAMPLES = {
    yaml.safe_load(block)["name"]: block for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
}
FOREIGN = sorted(set(EXAMPLES) - {"own-operations"})
(CSV,) = re.findall(r"```csv\n(.*?)```", TEXT, re.DOTALL)


def example(folder: Path, name: str) -> Path:
    (folder / "users.csv").write_text(CSV)
    file = folder / f"{name}.yaml"
    file.write_text(EXAMPLES[name])
    return file


@pytest.mark.parametrize("name", FOREIGN)
def test_an_example_is_sent_and_all_of_it_goes_well(bench: Bench, tmp_path: Path, name: str) -> None:
    server = bench.server(module="shop")
    file = example(tmp_path, name)
    targets = read_scenario(file).targets[1:]
    further = tuple((target.name, bench.server(module="shop").url) for target in targets)
    options = GeneratorOptions(file, server.url, bench.run_dir(), further_targets=further)
    generator = bench.generator(options)
    assert generator.wait() == EXIT_COMPLETED, generator.log
    rows = requests(generator.run_dir)
    assert set(rows.outcome) == {"ok"}, rows[rows.outcome != "ok"].detail.tolist()
    content = yaml.safe_load(EXAMPLES[name])
    assert set(rows.operation) == {operation["name"] for operation in content["operations"]}


def test_the_example_of_the_services_own_operations_is_read(tmp_path: Path) -> None:
    scenario = read_scenario(example(tmp_path, "own-operations"))
    asked = {step.operation for session in scenario.sessions for step in session.steps}
    assert asked | {"bulk"} == set(OWN_OPERATIONS)


def test_every_name_and_kind_of_variable_is_told() -> None:
    for name in (*ARRIVAL_NAMES, *TENANT_NAMES):
        assert f"`{name}`" in TEXT
    for kind in KINDS:
        assert f"`{{{kind}: " in TEXT


def test_every_operation_of_the_service_is_told() -> None:
    table = TEXT.split("| operation | options | in a session |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= set(OWN_OPERATIONS)


def test_the_command_of_the_page_names_targets_as_the_command_line_does() -> None:
    line = next(line for line in TEXT.splitlines() if line.startswith("stormproof load"))
    targets = read_targets(re.findall(r"--target (\S+)", line))
    assert [name for name, _ in targets.further] == ["canary"]


def test_every_link_of_the_page_leads_somewhere() -> None:
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)}
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        file, _, anchor = link.partition("#")
        assert not anchor or anchor in headings, link
        assert not file or (PAGE.parent / file).exists(), link

"""docs/experiments.md and docs/plans.md are true: the plan can be read, every rule and option is named."""

import re
from pathlib import Path

from typer.testing import CliRunner

from stormproof.cli.app import build_app
from stormproof.plan import Plan, PlannedPhase, read_plan

ROOT = Path(__file__).parents[2]
EXPERIMENTS, PLANS = ((ROOT / "docs" / name).read_text() for name in ("experiments.md", "plans.md"))


def rules_in_code() -> set[str]:
    """First arguments of findings, and the names that stand for them."""
    found: set[str] = set()
    for file in (ROOT / "chaos/supervision").rglob("*.py"):
        text = file.read_text()
        found |= set(re.findall(r'(?:RULE|MISSING|FAILED|UNTOLERATED) = "([a-z-]+)"', text))
        found |= set(re.findall(r'(?:invalid|missed|not_proven|warning)\(\s*"([a-z-]+)"', text))
        for names in re.findall(r"^[A-Z, ]+ = ((?:\"[a-z-]+\"(?:, )?)+)$", text, re.MULTILINE):
            found |= set(re.findall(r'"([a-z-]+)"', names))
    return found


def test_every_rule_is_on_the_page() -> None:
    rules = rules_in_code()
    assert {"nothing-broken", "deviated-during", "dry-run", "left-broken", "missing-control"} <= rules
    assert {rule for rule in rules if f"`{rule}`" not in EXPERIMENTS} == set()


def test_the_plan_on_the_page_is_valid_and_names_every_field(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PLANS, re.DOTALL)
    file = tmp_path / "plan.yaml"
    file.write_text(text)
    plan = read_plan(file).plan
    assert len(plan.experiments) == 3
    fields = set(Plan.__dataclass_fields__) | set(PlannedPhase.__dataclass_fields__)
    assert {field for field in fields if field not in PLANS} == set()


def test_every_option_is_on_its_page() -> None:
    for command, page in (("chaos", EXPERIMENTS), ("search-faults", PLANS)):
        shown = CliRunner().invoke(build_app(), [command, "--help"], env={"COLUMNS": "200"}).stdout
        options = set(re.findall(r"--[a-z-]+", shown)) - {"--help", "--json", "--runs", "--run"}
        assert {one for one in options if one not in page} == set(), command

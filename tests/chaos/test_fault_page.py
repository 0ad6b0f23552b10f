"""The page of faults is what the faults say of themselves, and its examples are sound."""

from pathlib import Path

import yaml

from chaos.fault_page import page
from chaos.faults import FAULTS, make_fault
from chaos.session import read_session

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def examples() -> list[dict[str, object]]:
    """The YAML on the page."""
    return [yaml.safe_load(part.partition("```")[0]) for part in PAGE.read_text().split("```yaml\n")[1:]]


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "Make it again: python -m chaos.fault_page > docs/faults.md"


def test_every_fault_and_every_parameter_with_its_bounds_is_on_it() -> None:
    for kind in FAULTS:
        (row,) = [line for line in page().splitlines() if line.startswith(f"| `{kind.name}` |")]
        assert kind.effect in row
        properties = kind.schema()["properties"]
        assert isinstance(properties, dict)
        for name, told in properties.items():
            assert f"`{name}` (" in row
            assert isinstance(told, dict)
            assert told["description"], f"{kind.name}, {name} has no docstring"


def test_the_examples_can_be_used(tmp_path: Path) -> None:
    action, configuration = examples()
    arguments = yaml.safe_load(yaml.safe_dump(action))["provider"]["arguments"]
    assert make_fault(arguments["fault"], arguments["parameters"]).parameters() == arguments["parameters"]
    settings = configuration["configuration"]
    assert isinstance(settings, dict)
    session = read_session({"experiment": "e", "run_dir": str(tmp_path), **settings})
    assert set(session.whereabouts.targets) == {
        "orders-db",
        "sessions",
        "shop",
        "broker",
        "worker",
        "checkout",
    }
    assert len(session.service_doors) == 1
    assert all(one.speech is not None for one in session.whereabouts.targets.values() if one.dialect)

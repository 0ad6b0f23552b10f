"""The committed JSON Schemas are those of the records."""

from evidence.schemas import SCHEMAS_DIR, render_schemas


def test_committed_schemas_are_those_of_the_records() -> None:
    committed = {path.name: path.read_bytes() for path in SCHEMAS_DIR.glob("*.json")}
    assert committed == render_schemas(), "write them again with: python -m evidence.schemas"

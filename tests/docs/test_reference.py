"""The pages to look things up in say what the code says."""

from dataclasses import fields

import pytest

from evidence.request_record import Outcome, RequestRecord
from evidence.run_folder import RunFolder
from evidence.sample_record import SampleRecord
from evidence.schemas import render_schemas
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind
from evidence.write_record import WriteRecord
from stormproof import exit_codes
from stormproof.cli.app import COMMANDS
from stormproof.cli.command_page import page
from tests.docs.page import DOCS, Page

EVIDENCE = Page(DOCS / "evidence.md")


def test_the_page_of_commands_is_what_the_command_line_says() -> None:
    told = "Make it again: python -m stormproof.cli.command_page > docs/commands.md"
    assert (DOCS / "commands.md").read_text() == page(), told


def test_every_command_and_every_exit_code_has_its_place() -> None:
    text = page()
    for names in COMMANDS.values():
        for name in names:
            assert f"\n### {name}\n" in text
    codes = {value for name, value in vars(exit_codes).items() if name.isupper()} | {0, 1, 3, 4}
    for code in codes:
        assert f"\n| {code} | " in text
    assert "/site-packages/" not in text


@pytest.mark.parametrize("record", [RequestRecord, WriteRecord, SampleRecord, TimelineEvent])
def test_every_column_of_a_record_is_told(record: type) -> None:
    for field in fields(record):
        assert f"`{field.name}`" in EVIDENCE.text, field.name


def test_every_outcome_and_event_is_told() -> None:
    for name in (*Outcome, *TimelineEventName, *TimelineKind):
        assert f"`{name}`" in EVIDENCE.text, name


def test_every_file_of_a_run_and_every_schema_is_told() -> None:
    folder = RunFolder(DOCS)
    for path in (
        folder.run_file,
        folder.timeline_file,
        folder.experiments_file,
        folder.verdict_file,
        folder.drill_file,
    ):
        assert f"`{path.name}`" in EVIDENCE.text, path.name
    beside = {"lease", "stack", "tenants", "undo"}
    for name in render_schemas():
        kind = name.removesuffix(".schema.json")
        assert kind in beside or f"../evidence/schemas/{name}" in EVIDENCE.text, name

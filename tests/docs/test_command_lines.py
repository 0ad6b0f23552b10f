"""Every command line on every page is one that the command line takes: those that no test types, too."""

import re
import shlex
from collections.abc import Iterator, Mapping

import pytest
from typer.main import get_group

from stormproof.cli.app import build_app
from stormproof.cli.lazy_commands import Command
from tests.docs.page import REPOSITORY, Page, pages

COMMANDS: Mapping[str, Command] = get_group(build_app()).commands
MADE = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))


def typed(page: Page) -> Iterator[list[str]]:
    """Words of the lines in sh blocks, and of commands between backticks that have an option or a value."""
    for command in page.commands():
        yield shlex.split(command.line, comments=True)
    for words in re.findall(r"`((?:stormproof|make) [^`]+)`", page.text):
        if "COMMAND" not in words and "[" not in words:
            yield shlex.split(words.replace("'", ""))


@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.path.parent.name}-{page.path.stem}")
def test_every_command_and_option_on_it_exists(page: Page) -> None:
    for program, *words in filter(None, typed(page)):
        name = program.rpartition("/")[2]
        if name == "make":
            targets = {word for word in words if not re.match(r"-|[A-Z]+=|\.venv/", word)}
            assert targets <= MADE, words
        elif name == "stormproof" and words and not words[0].startswith("-"):
            assert_taken(words)


def assert_taken(words: list[str]) -> None:
    """Its options are the command's; what follows -- goes to another program."""
    name, *arguments = words[: words.index("--")] if "--" in words else words
    name = name.rstrip(",;.")
    assert name in COMMANDS, words
    options = {option for one in COMMANDS[name].params for option in one.opts} | {"--help"}
    used = {word.partition("=")[0] for word in arguments if re.match(r"--?[a-z]", word)}
    assert used <= options, words


def test_a_command_line_that_is_wrong_would_be_found() -> None:
    assert_taken(["load", "file.yaml", "--target", "http://127.0.0.1:8080", "--", "--tags", "reads"])
    with pytest.raises(AssertionError):
        assert_taken(["load", "file.yaml", "--targets", "http://127.0.0.1:8080"])
    with pytest.raises(AssertionError):
        assert_taken(["laod", "file.yaml"])

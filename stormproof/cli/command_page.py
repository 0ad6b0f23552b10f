"""The commands as a page for people: `python -m stormproof.cli.command_page > docs/commands.md`."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from typer.main import get_group

import stormproof
from evidence.verdict_record import Verdict
from stormproof import exit_codes
from stormproof.cli.app import build_app
from stormproof.cli.lazy_commands import Command

_HEAD = """# The commands

Made from the command line itself by `python -m stormproof.cli.command_page`; `stormproof COMMAND --help`
says the same. Run folders go to `runs/` of the folder that a command is called in.
`STORMPROOF_PORT_BASE=22000` names a second stack beside the default one, `STORMPROOF_HOME=DIR` another
place for programs and data.

`stormproof --version` prints the version, `stormproof --install-completion` makes bash, zsh or fish
complete commands and options (restart the shell then). For a package or an image,
`_STORMPROOF_COMPLETE=source_bash stormproof` prints the script (`source_zsh`, `source_fish`).
"""
_EXIT_CODES = (
    (Verdict.MET.exit_code, "`MET`: every promise that is demanded held, with enough evidence"),
    (Verdict.MISSED.exit_code, "`MISSED`: at least one did not"),
    (exit_codes.BAD_INPUT, "a file or an option is wrong; nothing was run"),
    (Verdict.NOT_PROVEN.exit_code, "`NOT PROVEN`: nothing was missed, but the evidence cannot tell"),
    (Verdict.INVALID.exit_code, "`INVALID`: the run is not evidence"),
    (exit_codes.STACK_UNAVAILABLE, "a part of the stack could not be had, or something could not be healed"),
    (exit_codes.DEFECT, "a defect of stormproof; the message says where its trace is"),
    (exit_codes.INTERRUPTED, "interrupted; what was broken is healed, the evidence up to then is kept"),
)
_PACKAGES = Path(stormproof.__file__).parents[1]
"""A default that is a file of ours is told as it stands in the repository."""


def page() -> str:
    """The page, in Markdown."""
    return "\n".join((_HEAD, *_commands(), *_codes())) + "\n"


def _commands() -> Iterator[str]:
    commands: Mapping[str, Command] = get_group(build_app()).commands
    panels: dict[str, list[str]] = {}
    for name, command in commands.items():
        panels.setdefault(command.rich_help_panel, []).append(name)
    for panel, names in panels.items():
        yield f"## {panel}\n"
        for name in names:
            yield from _command(name, commands[name])


def _command(name: str, command: Command) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    usage = " ".join(command.collect_usage_pieces(context)).replace("{", "").replace("}", "").upper()
    yield f"### {name}\n\n`stormproof {name} {usage}`\n\n{command.help}\n"
    rows = [record for one in command.params if (record := one.get_help_record(context)) is not None]
    if rows:
        yield "| argument or option | meaning |\n|---|---|"
        for told, meaning in rows:
            yield f"| `{_cell(told)}` | {_cell(meaning)} |"
        yield ""


def _codes() -> Iterator[str]:
    yield "## Exit codes\n\n| code | means |\n|---|---|"
    for code, meaning in _EXIT_CODES:
        yield f"| {code} | {meaning} |"
    yield (
        "\nA pipeline reads them; [why NOT PROVEN is not MISSED](why-not-proven.md). `demo` exits 0 on any\n"
        "valid verdict. `load` tells whether its run is evidence: 0 or 4. What a command exits with beside\n"
        "these stands above."
    )


def _cell(text: str) -> str:
    shown = text.replace(f"{_PACKAGES}/", "").replace("|", "\\|")
    return re.sub(r"\s+", " ", shown)


def main() -> None:
    """Print the page."""
    sys.stdout.write(page())


if __name__ == "__main__":
    main()

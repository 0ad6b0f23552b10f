"""Shells complete commands and options: the scripts that they load, and what these ask for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("stormproof")


def completed(shell: str, instruction: str, **asked: str) -> str:
    environment = {**os.environ, "_STORMPROOF_COMPLETE": f"{instruction}_{shell}", **asked}
    ended = subprocess.run(
        (str(PROGRAM),), env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return ended.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_asks_the_command(shell: str) -> None:
    script = completed(shell, "source")
    assert f"_STORMPROOF_COMPLETE=complete_{shell}" in script


def test_bash_completes_with_its_script(tmp_path: Path) -> None:
    script = tmp_path / "completion.sh"
    script.write_text(completed("bash", "source"))
    asked = f"source {script}; COMP_WORDS=(stormproof dem); COMP_CWORD=1; _stormproof_completion {PROGRAM}; "
    ended = subprocess.run(
        ("bash", "-c", f'{asked} echo "${{COMPREPLY[@]}}"'),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout.split() == ["demo"]


@pytest.mark.parametrize(
    ("shell", "asked"),
    [
        ("zsh", {"_TYPER_COMPLETE_ARGS": "stormproof slo --obj"}),
        (
            "fish",
            {"_TYPER_COMPLETE_ARGS": "stormproof slo --obj", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        ),
    ],
)
def test_other_shells_are_told_options_by_what_their_scripts_ask(shell: str, asked: dict[str, str]) -> None:
    assert "--objectives" in completed(shell, "complete", **asked)

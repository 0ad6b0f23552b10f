"""docs/live.md is true: its commands work, and its table has all that a page shows."""

import asyncio
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from stormproof.live.guard import TOKEN_HEADER
from stormproof.live.picture import Picture
from stormproof.live.server import MOST_VIEWERS
from tests.loadtests.processes import Bench
from tests.stormproof.live.shown_load import address_of

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/live.md").read_text()
SHOWN_AS = {
    "point": "percentiles",
    "operations": "outcomes",
    "phases": "phases",
    "faults": "faults",
    "health": "dependencies and breakers",
    "budgets": "error budgets",
    "warnings": "what may make the run INVALID",
    "steps": "steps",
    "ending": "verdict",
}


def test_the_table_has_all_that_is_shown() -> None:
    of_the_run_itself = {"title", "target", "stage", "duration_s", "budget_note"}
    assert {one.name for one in fields(Picture)} == set(SHOWN_AS) | of_the_run_itself
    assert {name for name, told in SHOWN_AS.items() if told not in TEXT} == set()
    assert f"`{TOKEN_HEADER}`" in TEXT
    assert MOST_VIEWERS == 16
    assert "Sixteen can look at once" in TEXT
    assert (ROOT / "docs/live.png").stat().st_size < 200_000


async def test_its_commands_work(bench: Bench, tmp_path: Path) -> None:
    load, curl = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    server = bench.server()
    scenario = bench.scenario(rate_per_s=50, duration_s=60)
    told = {"scenario.yaml": str(scenario), "http://127.0.0.1:21080": server.url}
    program, *words = shlex.split(load)
    assert program == ".venv/bin/stormproof"
    command = bench.start(
        (sys.executable, "-m", "stormproof", *(told.get(word, word) for word in words)),
        run_dir=tmp_path,
        cwd=tmp_path,
        environment={"STORMPROOF_HOME": str(tmp_path / "home"), "COLUMNS": "400"},
    )
    page, _, token = address_of(command).partition("/#")
    asked = "exec " + curl.replace("http://127.0.0.1:21090", page)  # so that the shell is it
    following = await asyncio.create_subprocess_shell(
        asked, env={"TOKEN": token, "PATH": "/usr/bin:/bin"}, stdout=subprocess.PIPE
    )
    assert following.stdout is not None
    async with asyncio.timeout(60):
        heard = [await following.stdout.readline() for _ in range(6)]
    assert heard[1] == b"event: snapshot\n"
    assert heard[5] == b"event: state\n"
    following.kill()
    await following.wait()
    command.process.send_signal(signal.SIGINT)
    assert await asyncio.to_thread(command.wait) == 130

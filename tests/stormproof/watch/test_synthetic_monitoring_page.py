"""docs/synthetic-monitoring.md is true: its commands work, its options are those that there are."""

import configparser
import json
import re
import shlex
import signal
import sys
from functools import partial
from pathlib import Path

from typer.testing import CliRunner

from stormproof.cli.app import build_app
from tests.loadtests.processes import Bench
from tests.loadtests.waiting import wait_until

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/synthetic-monitoring.md").read_text()
TENANTS = {
    "seed": 1,
    "words": ["river", "stone"],
    "tenants": [
        {
            "id": "enterprise-01",
            "tier": "enterprise",
            "api_key": "key",
            "document_count": 10,
            "document_id_prefix": "document-",
        }
    ],
}


def test_its_commands_work(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    try:
        server, probes = bench.server(), bench.scenario(rate_per_s=5, duration_s=1)
        told = {
            "http://127.0.0.1:21080": server.url,
            "https://search.example": server.url,
            "probes.yaml": str(probes),
            "slo.yaml": str(ROOT / "slo/objectives"),
            "slo/objectives": str(ROOT / "slo/objectives"),
        }
        home = tmp_path / "home"
        home.mkdir()
        commands = [shlex.split(block) for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)]
        assert len(commands) == 2
        for number, (program, *words) in enumerate(commands):
            assert program == ".venv/bin/stormproof"
            folder = tmp_path / f"in-{number}"
            folder.mkdir()
            environment = {"STORMPROOF_HOME": str(home), "STORMPROOF_PORT_BASE": "21000", "COLUMNS": "400"}
            (home / "tenants.json").write_text(json.dumps(TENANTS))
            command = bench.start(
                (sys.executable, "-m", "stormproof", *(told.get(word, word) for word in words)),
                run_dir=folder,
                cwd=folder,
                environment=environment,
            )
            wait_until(partial(begun, folder), "a part that has begun")
            command.process.send_signal(signal.SIGTERM)
            assert command.wait() == 130, command.log
    finally:
        bench.stop()


def begun(folder: Path) -> bool:
    return any(folder.glob("runs/watch/*/live/*.arrows"))


def test_every_option_is_on_it() -> None:
    shown = CliRunner().invoke(build_app(), ["watch", "--help"], env={"COLUMNS": "200"}).stdout
    options = set(re.findall(r"--[a-z-]+", shown)) - {"--help", "--runs", "--seed"}
    assert {one for one in options if one not in TEXT} == set()
    assert "runs/watch" in TEXT


def test_its_unit_starts_and_ends_the_watch_as_it_wants_to_be() -> None:
    (unit,) = re.findall(r"```ini\n(.*?)```", TEXT, re.DOTALL)
    read = configparser.ConfigParser()
    read.read_string(unit)
    assert read["Service"]["ExecStart"].startswith("/srv/stormproof/.venv/bin/stormproof watch --target")
    assert (read["Service"]["KillSignal"], read["Service"]["SuccessExitStatus"]) == ("SIGTERM", "130")

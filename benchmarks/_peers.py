"""Other generators, as their users start them, and what they need to be built."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.home import resolve_home
from loadtests.command import GeneratorOptions, generator_command

K6 = "go.k6.io/k6@v1.4.0"
VEGETA = "github.com/tsenart/vegeta/v12@v12.12.0"
STOCK_USERS = 50

_K6_SCRIPT = """
import http from 'k6/http';
export const options = {
  discardResponseBodies: true,
  summaryTrendStats: ['p(99)'],
  scenarios: { open: {
    executor: 'constant-arrival-rate', rate: RATE, timeUnit: '1s', duration: 'DURATIONs',
    preAllocatedVUs: 200, maxVUs: 2000 } },
};
export default function () { http.get('URL/'); }
"""
_STOCK_LOCUSTFILE = """
from locust import FastHttpUser, task


class Stock(FastHttpUser):
    @task
    def ping(self):
        self.client.get("/")
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A generator and how it is started."""

    name: str
    command: tuple[str, ...]
    is_open: bool = True
    """It was told a rate, and not a number of users."""
    stdin: str = ""


def ours(folder: Path, scenario: Path, url: str) -> Peer:
    """This one."""
    return Peer("stormproof", generator_command(GeneratorOptions(scenario, url, folder / "run")))


def stock_locust(folder: Path, url: str, duration_s: float) -> Peer:
    """Locust's FastHttpUser without a pause: as many requests as it can."""
    file = folder / "stock_locustfile.py"
    file.write_text(_STOCK_LOCUSTFILE)
    users = ("-u", str(STOCK_USERS), "-r", str(STOCK_USERS), "-t", f"{duration_s:g}s")
    command = (sys.executable, "-m", "locust", "-f", str(file), "--headless", "--only-summary", "--host", url)
    return Peer(f"Locust FastHttpUser, {STOCK_USERS} users", (*command, *users), is_open=False)


def k6(folder: Path, program: Path, url: str, rate_per_s: int, duration_s: float) -> Peer:
    """k6's constant-arrival-rate executor."""
    script = folder / "open.js"
    values = {"RATE": str(rate_per_s), "DURATION": f"{duration_s:g}", "URL": url}
    text = _K6_SCRIPT
    for name, value in values.items():
        text = text.replace(name, value)
    script.write_text(text)
    return Peer("k6", (str(program), "run", "--quiet", "--no-usage-report", str(script)))


def vegeta(folder: Path, program: Path, url: str, rate_per_s: int, duration_s: float) -> Peer:
    """Vegeta's attack at a constant rate."""
    asked = (f"-rate={rate_per_s}/1s", f"-duration={duration_s:g}s", f"-output={folder / 'results.bin'}")
    return Peer("vegeta", (str(program), "attack", *asked), stdin=f"GET {url}/\n")


def built(module: str) -> Path | None:
    """The program of a Go module, built once into this user's cache; None where it cannot be had."""
    home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
    folder = home.programs_dir / "benchmarks" / module.rpartition("/")[2]
    name = "vegeta" if "vegeta" in module else "k6"
    program = folder / name
    if program.exists():
        return program
    go = shutil.which("go")
    if go is None:
        print(f"{name}: skipped, there is no go on PATH to build it with", flush=True)
        return None
    print(f"{name}: building {module} (once, a minute or two)", flush=True)
    ended = subprocess.run(
        (go, "install", module),
        env={**os.environ, **_go_folders(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode or not program.exists():
        print(f"{name}: skipped, it cannot be built:\n{ended.stderr[-500:]}", flush=True)
        return None
    return program


def _go_folders(folder: Path) -> Mapping[str, str]:
    return {"GOBIN": str(folder), "GOFLAGS": "-modcacherw"}

"""`python -m benchmarks`: what is wrong with a command is said in a line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES, ON_A_STACK

ROOT = Path(__file__).parents[2]


def bench(name: str, port_base: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "benchmarks", name),
        cwd=ROOT,
        env={**os.environ, "STORMPROOF_PORT_BASE": port_base},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "port_base", "told"),
    [
        ("cached_search", "many", "STORMPROOF_PORT_BASE='many': must be a whole number from 1024 to 32600"),
        ("added_latency", "1100", "elasticsearch does not listen (127.0.0.1:1100). Start the stack"),
        ("added_latensy", "1100", "added_latensy: must be one of added_latency,"),
    ],
)
def test_a_mistake_is_told_in_one_line(name: str, port_base: str, told: str) -> None:
    ended = bench(name, port_base)
    assert ended.returncode == 2, ended.stderr
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_all_that_need_a_stack_see_that_it_is_up() -> None:
    """What stands on the service's bed of tests, or restarts parts, asks for the stack."""
    asking = {
        name
        for name in NAMES
        if any(word in (ROOT / f"benchmarks/{name}.py").read_text() for word in ("TestBed", "on_a_bed"))
    }
    assert asking <= ON_A_STACK <= set(NAMES)

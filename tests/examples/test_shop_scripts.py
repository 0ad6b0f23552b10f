"""The shop starts and stops with one command each, on the Toxiproxy of stormproof where there is no other."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.examples.example_copy import REPOSITORY, ExampleCopy, example_copy, toxiproxy_server
from tests.stack.waiting import wait_until


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleCopy]:
    # In the home of the tests' stack, where Toxiproxy is built already.
    with example_copy(tmp_path_factory.mktemp("shop"), has_own_home=False) as made:
        yield made


def pids(copy: ExampleCopy) -> list[int]:
    return [int(line) for line in (copy.folder / "examples/shop/pids").read_text().split()]


def test_what_start_begins_stop_ends(copy: ExampleCopy) -> None:
    (copy.folder / "bin/toxiproxy-server").unlink()
    code, said = copy.run("examples/shop/start.sh")
    assert code == 0, said
    assert f"http://127.0.0.1:{copy.ports['8080']}/prices/lamp" in said
    started = pids(copy)
    assert len(started) == 3
    code, said = copy.run("examples/shop/stop.sh")
    assert (code, said) == (0, "")
    wait_until(lambda: not any(lives(pid) for pid in started))
    assert copy.run("examples/shop/stop.sh") == (0, ""), "again is harmless"


def test_while_toxiproxy_is_made_ready_its_progress_is_told(copy: ExampleCopy) -> None:
    ready, server = copy.folder / "ready", copy.folder / "bin/toxiproxy-server"
    real = toxiproxy_server()
    server.unlink(missing_ok=True)
    server.write_text(
        f'#!/bin/sh\necho "Toxiproxy is built"\nuntil [ -e {ready} ]; do sleep 0.1; done\nexec {real} "$@"\n'
    )
    server.chmod(0o755)
    with ThreadPoolExecutor(1) as threads:
        started = threads.submit(copy.run, "examples/shop/start.sh")
        wait_until(lambda: " s: Toxiproxy is built" in (copy.folder / "output").read_text())
        ready.touch()
        code, said = started.result()
    assert code == 0, said
    assert copy.run("examples/shop/stop.sh")[0] == 0


def lives(pid: int) -> bool:
    """A zombie, which nobody has waited for, does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_part_that_cannot_start_is_told_and_the_others_end(copy: ExampleCopy) -> None:
    (copy.folder / "bin/toxiproxy-server").write_text("#!/bin/sh\necho the port is taken\nexit 1\n")
    (copy.folder / "bin/toxiproxy-server").chmod(0o755)
    code, said = copy.run("examples/shop/start.sh")
    assert code == 1
    assert "the port is taken" in said
    assert not (copy.folder / "examples/shop/pids").exists()


def test_without_the_environment_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "python").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python").chmod(0o755)
    ended = subprocess.run(
        (str(REPOSITORY / "examples/shop/start.sh"),),
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert "source .venv/bin/activate" in ended.stderr

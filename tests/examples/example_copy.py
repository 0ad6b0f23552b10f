"""A copy of examples/ whose addresses are free ports of this machine."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from evidence.free_port import free_port
from stack.programs import TOXIPROXY
from stack.programs.program import ProgramStore
from tests.conftest import home_of_tests

REPOSITORY = Path(__file__).parents[2]
_PORTS = ("8080", "8081", "8082", "8090", "8474")
"""What the examples and the pages listen on."""


@dataclass(frozen=True, slots=True)
class ExampleCopy:
    """A folder that looks like the repository's, with processes that end with it."""

    folder: Path
    ports: Mapping[str, str]
    environment: Mapping[str, str]
    _groups: list[int] = field(default_factory=list)

    def replaced(self, text: str) -> str:
        """The same with the ports of this copy."""
        # At once: one of its own ports may contain the digits of another's.
        return re.sub(rf"\b({'|'.join(self.ports)})\b", lambda found: self.ports[found.group()], text)

    def run(
        self, script: str, environment: Mapping[str, str] = MappingProxyType({}), *, timeout_s: float = 120
    ) -> tuple[int, str]:
        """What a shell that runs the script ends with and says; what it leaves running goes on."""
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        with (self.folder / "output").open("w+") as output:
            process = subprocess.Popen(
                ("bash", "-e", "-c", self.replaced(script)),
                cwd=self.folder,
                env={**os.environ, **self.environment, "PATH": path, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._groups.append(process.pid)
            code = process.wait(timeout=timeout_s)
            output.seek(0)
            return code, output.read()

    def end(self) -> None:
        """End what was left running."""
        for group in self._groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def toxiproxy_server() -> Path:
    """The program of the tests' stack."""
    return ProgramStore(home_of_tests().programs_dir).ensure(TOXIPROXY, lambda *_: None) / "toxiproxy-server"


@contextmanager
def example_copy(folder: Path, *, has_own_home: bool = True) -> Iterator[ExampleCopy]:
    """It, with the stack's Toxiproxy on its PATH; with the home of the tests' stack, or its own."""
    environment = {"STORMPROOF_HOME": str(folder / "home")} if has_own_home else {}
    copy = ExampleCopy(folder, {port: str(free_port()) for port in _PORTS}, environment)
    shutil.copytree(REPOSITORY / "examples", folder / "examples", ignore=shutil.ignore_patterns("*.log"))
    for path in (folder / "examples").rglob("*"):
        if path.is_file() and path.suffix not in {".pyc", ".md"}:
            path.write_text(copy.replaced(path.read_text()))
    # What pages say in the repository's folder is said here.
    for room in ("deploy", "loadtests", "slo"):
        (folder / room).symlink_to(REPOSITORY / room)
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (folder / "bin").mkdir()
    (folder / "bin/toxiproxy-server").symlink_to(toxiproxy_server())
    try:
        yield copy
    finally:
        copy.end()

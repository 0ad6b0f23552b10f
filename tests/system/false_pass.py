"""Running an experiment of tests/system/false_passes: as plain Chaos Toolkit does, and under supervision."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

FOLDER = Path(__file__).with_name("false_passes")
TOKEN = "made-up"  # noqa: S105 -- of a server that lives for a test
"""What the path /guarded asks for."""
CHAOS = str(Path(sys.executable).with_name("chaos"))


@dataclass(frozen=True, slots=True)
class PlainRun:
    """What plain `chaos run` says."""

    exit_code: int
    journal: Mapping[str, object] | None


def plain_chaos_run(file: Path, cwd: Path, *options: str) -> PlainRun:
    """With nothing of ours around it."""
    journal = cwd / "plain-journal.json"
    command = (CHAOS, "--no-version-check", "--no-log-file", "run", "--journal-path", str(journal), *options)
    done = subprocess.run((*command, str(file)), cwd=cwd, env=environment(), capture_output=True, check=False)
    return PlainRun(done.returncode, json.loads(journal.read_text()) if journal.exists() else None)


def environment() -> dict[str, str]:
    """In which the modules of the folder are found."""
    return {**os.environ, "PYTHONPATH": str(FOLDER)}


@contextmanager
def lamp_service() -> Iterator[str]:
    """Answers every path with the status that it names, /guarded with 401 without the token; its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Lamp)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Lamp(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"status": "fine"}'
        wanted = self.path.strip("/")
        if wanted == "guarded":
            wanted = "200" if self.headers.get("Authorization") == f"Bearer {TOKEN}" else "401"
        self.send_response(int(wanted))
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 -- the library's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's signature
        """Says nothing."""

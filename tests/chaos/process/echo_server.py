"""Echoes, has a child, and writes its pid into a file: `echo_server.py PID_FILE PORT`."""

import os
import socketserver
import subprocess
import sys
from pathlib import Path


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while word := self.request.recv(100):
            self.request.sendall(word)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def _serve(pid_file: Path, port: int) -> None:
    child = (sys.executable, "-S", "-c", "input()")
    with _Server(("127.0.0.1", port), _Echo) as server, subprocess.Popen(child, stdin=subprocess.PIPE):
        temporary = pid_file.with_suffix(".new")
        temporary.write_text(str(os.getpid()))
        temporary.replace(pid_file)
        server.serve_forever()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))

"""A real HTTP server in one thread and a few lines, so that its behaviour can be reasoned about.

Prints its port, then one JSON object a line: that request --announce-at came; when its freeze began and
ended (UTC ns); at SIGTERM how many requests and connections there were. Keep-alive, a backlog of 4096.
"""

import argparse
import heapq
import json
import select
import signal
import socket
import sys
import time
from array import array
from dataclasses import dataclass, field
from pathlib import Path

BODY = b'{"hello":"world"}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)
) + BODY


@dataclass
class SmallServer:
    """Takes what one recv gives for one request: clients on loopback send small ones in one piece."""

    freeze_at: int = 0
    freeze_s: float = 0.0
    slow_every: int = 0
    slow_s: float = 0.0
    hang: bool = False
    drop: bool = False
    acknowledge: bool = False
    announce_at: int = 0
    stamps: str = ""
    requests: int = 0
    connections: int = 0
    stopping: bool = False
    late: list[tuple[float, int]] = field(default_factory=list)
    clients: dict[int, socket.socket] = field(default_factory=dict)
    came_ns: array[int] = field(default_factory=lambda: array("q"))

    def serve(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        listener.setblocking(False)
        say(str(listener.getsockname()[1]))
        poller = select.epoll()
        poller.register(listener, select.EPOLLIN)
        while not self.stopping:
            wait_s = max(0.0, self.late[0][0] - time.monotonic()) if self.late else 0.5
            for descriptor, _ in poller.poll(wait_s):
                if descriptor == listener.fileno():
                    self.accept(listener, poller)
                else:
                    self.read(descriptor)
            while self.late and self.late[0][0] <= time.monotonic():
                self.answer(heapq.heappop(self.late)[1])
        if self.stamps:
            Path(self.stamps).write_bytes(self.came_ns.tobytes())
        say(json.dumps({"requests": self.requests, "connections": self.connections}))

    def accept(self, listener: socket.socket, poller: select.epoll) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except BlockingIOError:
                return
            client.setblocking(False)
            self.connections += 1
            self.clients[client.fileno()] = client
            poller.register(client, select.EPOLLIN)
            # What waited in the backlog has mostly sent its request by now.
            self.read(client.fileno())

    def read(self, descriptor: int) -> None:
        try:
            data = self.clients[descriptor].recv(65536)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            self.clients.pop(descriptor).close()
            return
        self.note()
        if self.hang:
            return
        if self.drop:
            self.clients.pop(descriptor).close()
            return
        if self.acknowledge:
            self.clients[descriptor].send(acknowledgement(data, self.requests))
            return
        if self.slow_every and self.requests % self.slow_every == 0:
            heapq.heappush(self.late, (time.monotonic() + self.slow_s, descriptor))
        else:
            self.answer(descriptor)

    def note(self) -> None:
        self.requests += 1
        if self.stamps:
            self.came_ns.append(time.monotonic_ns())
        if self.requests == self.freeze_at:
            began_ns = time.time_ns()
            time.sleep(self.freeze_s)
            say(json.dumps({"froze_ns": began_ns, "thawed_ns": time.time_ns()}))
        if self.requests == self.announce_at:
            say(json.dumps({"request": self.requests}))

    def answer(self, descriptor: int) -> None:
        client = self.clients.get(descriptor)
        if client is not None:
            client.send(ANSWER)

    def stop(self) -> None:
        self.stopping = True


def acknowledgement(request: bytes, version: int) -> bytes:
    """202 for what a POST carries or a DELETE names; every tenth request is promised locally only."""
    head, _, body = request.partition(b"\r\n\r\n")
    path = head.split()[1].decode()
    promise: dict[str, object] = {
        "job_id": f"job-{version}",
        "durability": "replicated" if version % 10 else "local",
    }
    if path == "/bulk":
        contents = [next(iter(one.values())) for one in json.loads(body)["operations"]]
        promise["items"] = [
            {"id": content["id"], "version": version, "outcome": "accepted"} for content in contents
        ]
    else:
        document_id = json.loads(body)["id"] if body else path.rsplit("/", 1)[1]
        promise.update(id=document_id, version=version)
    text = json.dumps(promise)
    return f"HTTP/1.1 202 Accepted\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--freeze-at", type=int, default=0, help="stop the only thread at this request, once")
    parser.add_argument("--freeze-s", type=float, default=0.0)
    parser.add_argument("--slow-every", type=int, default=0, help="answer every N-th request late")
    parser.add_argument("--slow-s", type=float, default=0.0)
    parser.add_argument("--hang", action="store_true", help="never answer")
    parser.add_argument("--drop", action="store_true", help="close instead of answering")
    parser.add_argument("--acknowledge", action="store_true", help="promise to keep every document")
    parser.add_argument("--announce-at", type=int, default=0)
    parser.add_argument("--stamps", default="", help="a file for the instant at which each request came")
    server = SmallServer(**vars(parser.parse_args()))
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    server.serve()


if __name__ == "__main__":
    main()

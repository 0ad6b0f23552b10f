"""Kept-alive connections to the target, and one request over one of them.

Not Locust's own client: it repeats idempotent requests silently when a connection breaks, follows redirects
and shares cookies between all simulated clients, so that failures that a user would see are not counted.
"""

import select
from collections.abc import Callable
from dataclasses import dataclass

import gevent
import gevent.socket
import gevent.ssl
from gevent import monkey
from geventhttpclient.response import HTTPParseError, HTTPResponse

from evidence.local_limit import LocalLimit
from loadtests.content_coding import plain_body
from loadtests.generator.addresses import Address, addresses_of, first_that_answers
from loadtests.generator.local_limits import limit_of
from loadtests.generator.target import Target
from loadtests.http_messages import HttpAnswer, HttpRequest, TransportFailure, no_answer

_BLOCK_BYTES = 65536
_OWN_HEADERS = {"host": "Host", "user-agent": "User-Agent", "x-forwarded-for": "X-Forwarded-For"}
"""A request that names one of them itself is taken at its word."""
_SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Idempotent methods (RFC 9110, section 9.2.2)."""
_poll: Callable[[], select.poll] = monkey.get_original("select", "poll")
"""select() cannot see file descriptors above 1023, and gevent's poll switches."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it."""

    started_ns: int
    """Before the connection was made or taken."""
    ended_ns: int
    """After the last byte, or when it was given up."""
    answer: HttpAnswer
    refused_by: LocalLimit | None = None
    """The limit of this machine that kept it from being sent."""
    body_bytes: int = 0
    """Of the answer, as it was sent: packed, where it was."""


class _UnansweredError(OSError):
    """The peer closed the connection before the first byte of an answer."""


class _LocalLimitError(Exception):
    """This machine did not let a connection be made."""

    def __init__(self, limit: LocalLimit, error: OSError) -> None:
        super().__init__(f"no connection could be made for want of {limit}: {error}")
        self.limit = limit


class _Connection:
    """A socket, and a poll of it that is made once."""

    def __init__(self, socket: gevent.socket.socket) -> None:
        self.socket = socket
        self._poller = _poll()
        self._poller.register(socket.fileno(), select.POLLIN)

    @property
    def has_something_to_say(self) -> bool:
        """It has more to read, or has come to its end."""
        return bool(self._poller.poll(0))

    def send(self, message: bytes) -> bool:
        """All of it; False where the peer closed within a message that it had not read to its end: it may
        have said why, as with a 413.
        """
        # sendall asks the kernel for the size of its buffer first; nearly every message fits.
        sent = self.socket.send(message)
        if sent < len(message):
            try:
                self.socket.sendall(memoryview(message)[sent:])
            except (ConnectionResetError, BrokenPipeError):
                return False
        return True

    def close(self) -> None:
        """For good."""
        self.socket.close()


class Connections:
    """As many connections as there are requests in flight; idle ones are used again, the latest first."""

    def __init__(self, target: Target, timeout_s: float, now_ns: Callable[[], int]) -> None:
        self._target = target
        self._timeout_s = timeout_s
        self._now_ns = now_ns
        self._idle: list[_Connection] = []
        self._address = Address(gevent.socket.AF_INET, ())
        self._tls: gevent.ssl.SSLContext | None = None

    def open(self) -> None:
        """Look up the target's address, once: a lookup a request would be load on the resolver, and latency
        that is not the target's. Raises OSError when it has none.
        """
        host, port = self._target.host, self._target.port
        try:
            found = addresses_of(host, port)
        except OSError as error:
            raise OSError(f"{host} has no address: {error.strerror}. Check the host in --host.") from error
        self._address = first_that_answers(found)
        if self._target.is_tls:
            self._tls = gevent.ssl.create_default_context()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def exchange(self, request: HttpRequest, address: str) -> Exchange:
        """Send `request` as the client at `address` and wait for the whole answer, at most `timeout_s`."""
        head = self._head(request, address)
        deadline = gevent.Timeout(self._timeout_s)
        started_ns = self._now_ns()
        deadline.start()
        try:
            response = self._answered(request.method, head + request.body)
            ended_ns = self._now_ns()
        except gevent.Timeout as timeout:
            if timeout is not deadline:
                raise
            text = f"no whole answer within {self._timeout_s:g} s"
            return Exchange(started_ns, self._now_ns(), no_answer(TransportFailure.TIMEOUT, text))
        except _LocalLimitError as error:
            answer = no_answer(TransportFailure.NOT_SENT, str(error))
            return Exchange(started_ns, self._now_ns(), answer, error.limit)
        except (OSError, HTTPParseError) as error:
            text = f"{type(error).__name__}: {error}"
            return Exchange(started_ns, self._now_ns(), no_answer(TransportFailure.CONNECTION, text))
        finally:
            deadline.close()
        headers, body = response.lines, response.body
        plain = plain_body(body, headers) if "content-encoding" in headers else body
        answer = HttpAnswer(response.status_code, headers, plain)
        return Exchange(started_ns, ended_ns, answer, body_bytes=len(body))

    def _answered(self, method: str, message: bytes) -> "_Response":
        idle = self._take_idle()
        if idle is not None:
            try:
                return self._transfer(idle, method, message)
            except _UnansweredError:
                # The target closed an idle connection while the request was on its way. Every client makes a
                # new connection then, where repeating is safe (RFC 9112, section 9.3.1), once.
                if method not in _SAFE_TO_REPEAT:
                    raise
        return self._transfer(self._connect(), method, message)

    def _transfer(self, connection: _Connection, method: str, message: bytes) -> "_Response":
        reusable = False
        response = _Response(method)
        try:
            was_sent = connection.send(message)
            while not response.is_whole:
                data = connection.socket.recv(_BLOCK_BYTES)
                if not data and not response.message_begun:
                    raise _UnansweredError("the target closed the connection without an answer")
                response.feed(data)
                if not data and not response.is_whole:
                    raise ConnectionError("the target closed the connection in the middle of its answer")
            reusable = was_sent and not response.should_close()
        except (ConnectionResetError, BrokenPipeError) as error:
            if response.message_begun:
                raise
            raise _UnansweredError(str(error)) from error
        finally:
            if reusable:
                self._idle.append(connection)
            else:
                connection.close()
        return response

    def _take_idle(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            # While it is idle, what it has to say can only be its end.
            if not connection.has_something_to_say:
                return connection
            connection.close()
        return None

    def _connect(self) -> _Connection:
        try:
            return _Connection(self._connected())
        except OSError as error:
            limit = limit_of(error)
            if limit is None:
                raise
            raise _LocalLimitError(limit, error) from error

    def _connected(self) -> gevent.socket.socket:
        connection = gevent.socket.socket(self._address.family, gevent.socket.SOCK_STREAM)
        try:
            connection.setsockopt(gevent.socket.IPPROTO_TCP, gevent.socket.TCP_NODELAY, 1)
            connection.connect(self._address.socket_address)
            if self._tls is not None:
                return self._tls.wrap_socket(connection, server_hostname=self._target.host)
        except BaseException:
            connection.close()
            raise
        return connection

    def _head(self, request: HttpRequest, address: str) -> bytes:
        own = {"Host": self._target.host_header, "User-Agent": "stormproof", "X-Forwarded-For": address}
        for name, _ in request.headers:
            own.pop(_OWN_HEADERS.get(name.lower(), ""), None)
        lines = [f"{request.method} {self._target.path_prefix}{request.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in own.items()]
        lines += [f"{name}: {value}" for name, value in request.headers]
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"Content-Length: {len(request.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class _Response(HTTPResponse):
    """geventhttpclient's parser (llhttp), which keeps the body to itself."""

    @property
    def is_whole(self) -> bool:
        return self.message_complete and self.status_code >= 200

    @property
    def lines(self) -> dict[str, str]:
        """As HttpAnswer has its headers."""
        lines: dict[str, str] = {}
        for name, value in self.items():
            key = name.lower()
            between = "\n" if key == "set-cookie" else ", "
            lines[key] = f"{lines[key]}{between}{value}" if key in lines else value
        return lines

    @property
    def body(self) -> bytes:
        return bytes(self._body_buffer)

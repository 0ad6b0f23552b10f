"""Toxiproxy's admin interface: toxiproxy-python with time limits and checked answers, and changes of our own.

The library's own transport (its `APIConsumer`) keeps host and port in the class, waits without limit,
follows the environment's proxy settings and takes 5xx for success. It is replaced here, in the two modules
that look it up; the library's model of proxies and toxics is used as it is to list them. To change one the
library asks for all of them first, which hangs where one of them does, and drops the answer. That says what
Toxiproxy has made of a change, since it accepts attributes that it does not know: so changes are sent by
ourselves, and read back in their own answer; that a toxic is gone is asked for.
"""

import json as json_text
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import quote

import toxiproxy.proxy
import toxiproxy.server
from pydantic import TypeAdapter

from chaos.address import Address, listening_at, parse_address
from chaos.errors import (
    NotAppliedError,
    ProxyAnswerError,
    UnknownProxyError,
)
from chaos.toxiproxy_request import request

ADMIN_TIMEOUT_S = 2.0
"""For each wait on the admin interface; it answers within milliseconds unless a stalled reader hangs it."""

_NOT_FOUND = 404

type Stream = Literal["downstream", "upstream"]


@dataclass(frozen=True, slots=True)
class Toxic:
    """What a proxy does to one direction of its connections."""

    name: str
    type: str
    stream: Stream
    attributes: Mapping[str, int]
    toxicity: float = 1.0
    """Share of the connections that it works on."""


@dataclass(frozen=True, slots=True)
class ProxyState:
    """One proxy as Toxiproxy tells it."""

    name: str
    listen: Address
    upstream: str
    enabled: bool
    toxics: tuple[Toxic, ...]

    def toxic(self, name: str) -> Toxic | None:
        """The toxic of that name, if it has one."""
        return next((toxic for toxic in self.toxics if toxic.name == name), None)


@dataclass(frozen=True, slots=True)
class _ToldProxy:
    """A proxy in an answer."""

    name: str
    listen: str
    upstream: str
    enabled: bool
    toxics: tuple[Toxic, ...]


_PROXY, _TOXIC = TypeAdapter(_ToldProxy), TypeAdapter(Toxic)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the library expects of a response."""

    content: bytes

    def json(self) -> object:
        return json_text.loads(self.content)


@dataclass(frozen=True, slots=True)
class Toxiproxy:
    """The Toxiproxy whose admin interface listens at `admin`.

    Every method raises ProxyGoneError when nothing listens there, ProxyUnreachableError when there is no
    answer in time, ProxyAnswerError for a refusal or an answer that is not Toxiproxy's.
    """

    admin: Address
    timeout_s: float = ADMIN_TIMEOUT_S

    def proxies(self) -> tuple[ProxyState, ...]:
        """All proxies, by name."""
        return self._call(
            lambda library: tuple(_state(self, one) for _, one in sorted(library.proxies().items()))
        )

    def proxy(self, name: str) -> ProxyState:
        """One proxy. Raises UnknownProxyError too."""
        return self._state_in(self._send_of(name, "GET", _path(name)))

    def set_enabled(self, name: str, *, enabled: bool) -> None:
        """Let a proxy listen, or stop it and cut its connections.

        Raises UnknownProxyError, NotAppliedError too.
        """
        made = self._state_in(self._send_of(name, "POST", _path(name), {"enabled": enabled}))
        if made.enabled is not enabled:
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} accepted enabled={enabled} for proxy {name!r} and did not apply "
                "it. Look at its log; start the stack again: stormproof down && stormproof up"
            )

    def add_toxic(self, name: str, toxic: Toxic) -> None:
        """Give a proxy a toxic. Raises UnknownProxyError, NotAppliedError too."""
        wanted = {
            "name": toxic.name,
            "type": toxic.type,
            "stream": toxic.stream,
            "toxicity": toxic.toxicity,
            "attributes": dict(toxic.attributes),
        }
        made = self._toxic_in(self._send_of(name, "POST", f"{_path(name)}/toxics", wanted))
        if made != toxic:
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} accepted {toxic} for proxy {name!r}, and made {made} of it. "
                f"Check the attributes of {toxic.type!r} for this version."
            )

    def remove_toxic(self, name: str, toxic_name: str) -> None:
        """Take a toxic off a proxy; one that is not there is fine.

        Raises UnknownProxyError, NotAppliedError too.
        """
        try:
            self._send("DELETE", f"{_path(name)}/toxics/{quote(toxic_name, safe='')}")
        except ProxyAnswerError as error:
            if error.status != _NOT_FOUND:  # someone else took it off in the meantime
                raise
        if self.proxy(name).toxic(toxic_name) is not None:
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} said that toxic {toxic_name!r} of proxy {name!r} is gone, and "
                "still has it. Start the stack again: stormproof down && stormproof up"
            )

    def remove(self, name: str) -> None:
        """Delete a proxy with its connections; one that is not there is fine."""
        try:
            self._send("DELETE", _path(name))
        except ProxyAnswerError as error:
            if error.status != _NOT_FOUND:
                raise

    def remake(self, name: str, listen: Address, upstream: str) -> None:
        """Delete a proxy, whatever holds it, and make it again, enabled and without a toxic.

        Raises NotAppliedError too.
        """
        self.remove(name)
        wanted = {"name": name, "listen": str(listen), "upstream": upstream, "enabled": True}
        made = self._state_in(self._send("POST", "/proxies", wanted))
        if (made.listen, made.upstream, made.enabled, made.toxics) != (listen, upstream, True, ()):
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} made proxy {name!r} as {made}. Start the stack again: "
                "stormproof down && stormproof up"
            )

    def _send_of(self, name: str, method: str, path: str, body: object = None) -> bytes:
        """To a proxy that must be there. Raises UnknownProxyError where it is not."""
        try:
            return self._send(method, path, body)
        except ProxyAnswerError as error:
            if error.status != _NOT_FOUND:
                raise
            known = ", ".join(proxy.name for proxy in self.proxies())
            raise UnknownProxyError(
                f"Toxiproxy at {self.admin} has no proxy {name!r}; it has: {known or 'none'}. "
                "Name one of these, or start the stack again: stormproof up"
            ) from error

    def _send(self, method: str, path: str, body: object = None) -> bytes:
        return _send(self, method, path, None if body is None else json_text.dumps(body).encode())

    def _state_in(self, content: bytes) -> ProxyState:
        with self._reading():
            told = _PROXY.validate_json(content)
            return ProxyState(
                told.name, _listen(self, told.name, told.listen), told.upstream, told.enabled, told.toxics
            )

    def _toxic_in(self, content: bytes) -> Toxic:
        with self._reading():
            return _TOXIC.validate_json(content)

    def _call[T](self, request: Callable[[toxiproxy.server.Toxiproxy], T]) -> T:
        token = _AIM.set(self)
        try:
            with self._reading():
                return request(toxiproxy.server.Toxiproxy())
        finally:
            _AIM.reset(token)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProxyAnswerError(
                f"What listens at {self.admin} does not answer as Toxiproxy does ({error!r}). "
                "Check the port: stormproof status",
                status=200,
            ) from error


def _path(proxy: str) -> str:
    """Of a proxy; names are its owner's, with blanks or not."""
    return f"/proxies/{quote(proxy, safe='')}"


_AIM: ContextVar[Toxiproxy] = ContextVar("toxiproxy")
"""The Toxiproxy that the library's present call is meant for."""


class _Transport:
    """Takes the place of the library's `APIConsumer`."""

    @staticmethod
    def get(url: str, params: None = None) -> _Answer:  # noqa: ARG004 -- the library's signature
        return _Answer(_send(_AIM.get(), "GET", quote(url), None))

    @staticmethod
    def delete(url: str) -> _Answer:
        return _Answer(_send(_AIM.get(), "DELETE", quote(url), None))

    @staticmethod
    def post(url: str, data: None = None, json: object = None) -> _Answer:  # noqa: ARG004 -- the library's signature
        return _Answer(_send(_AIM.get(), "POST", quote(url), json_text.dumps(json).encode()))


toxiproxy.proxy.APIConsumer = _Transport
toxiproxy.server.APIConsumer = _Transport


def _send(aim: Toxiproxy, method: str, url: str, body: bytes | None) -> bytes:
    return request(aim.admin, aim.timeout_s, method, url, body)


def _listen(aim: Toxiproxy, name: str, told: str) -> Address:
    what = f"proxy {name}, listen"
    return parse_address(told, what) if aim.admin.is_here else listening_at(told, aim.admin.host, what)


def _state(aim: Toxiproxy, proxy: toxiproxy.proxy.Proxy) -> ProxyState:
    return ProxyState(
        name=str(proxy.name),
        listen=_listen(aim, str(proxy.name), str(proxy.listen)),
        upstream=str(proxy.upstream),
        enabled=proxy.enabled is True,
        toxics=tuple(
            Toxic(
                name=str(toxic.name),
                type=str(toxic.type),
                stream=cast("Stream", str(toxic.stream)),
                attributes={str(key): int(value) for key, value in toxic.attributes.items()},
                toxicity=float(toxic.toxicity),
            )
            for toxic in proxy.toxics().values()
        ),
    )

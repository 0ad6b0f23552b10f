"""Toxiproxy's admin interface, with time limits and checked answers.

It accepts attributes that it does not know, and says in its answer what it has made of a change: each is read
back there; that a toxic is gone is asked for. Only what a change is about is asked for: one proxy that hangs
keeps no other from being healed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from pydantic import JsonValue, TypeAdapter

from chaos.address import Address, listening_at, parse_address
from chaos.errors import (
    NotAppliedError,
    ProxyAnswerError,
    UnknownProxyError,
)
from chaos.toxiproxy_library import listed_proxies
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
    attributes: Mapping[str, JsonValue]
    toxicity: float = 1.0
    """Share of the connections that it works on."""


@dataclass(frozen=True, slots=True)
class ProxyState:
    """One proxy as Toxiproxy tells it."""

    name: str
    listen: str
    """Where it takes connections, as it was told: `[::]:8666` is every address of its host."""
    upstream: str
    enabled: bool
    toxics: tuple[Toxic, ...]

    def toxic(self, name: str) -> Toxic | None:
        """The toxic of that name, if it has one."""
        return next((toxic for toxic in self.toxics if toxic.name == name), None)


_PROXY, _TOXIC = TypeAdapter(ProxyState), TypeAdapter(Toxic)


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
        with self._reading():
            return tuple(map(_PROXY.validate_python, listed_proxies(lambda path: self._send("GET", path))))

    def proxy(self, name: str) -> ProxyState:
        """One proxy. Raises UnknownProxyError too."""
        return self._state_in(self._send_of(name, "GET", _path(name)))

    def address_of(self, state: ProxyState) -> Address:
        """Where its proxy is reached from here. Raises InvalidArgumentError, NotLoopbackError."""
        what = f"proxy {state.name}, listen"
        if self.admin.is_here:
            return parse_address(state.listen, what)
        return listening_at(state.listen, self.admin.host, what)

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

    def remake(self, name: str, listen: str, upstream: str, toxics: Sequence[Toxic] = ()) -> None:
        """Delete a proxy, whatever holds it, and make it again, enabled and with these toxics alone.

        Raises NotAppliedError too.
        """
        self.remove(name)
        wanted = {"name": name, "listen": listen, "upstream": upstream, "enabled": True}
        made = self._state_in(self._send("POST", "/proxies", wanted))
        if (made.listen, made.upstream, made.enabled, made.toxics) != (listen, upstream, True, ()):
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} made proxy {name!r} as {made}. Start the stack again: "
                "stormproof down && stormproof up"
            )
        for toxic in toxics:
            self.add_toxic(name, toxic)

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
        return request(
            self.admin, self.timeout_s, method, path, None if body is None else json.dumps(body).encode()
        )

    def _state_in(self, content: bytes) -> ProxyState:
        with self._reading():
            return _PROXY.validate_json(content)

    def _toxic_in(self, content: bytes) -> Toxic:
        with self._reading():
            return _TOXIC.validate_json(content)

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

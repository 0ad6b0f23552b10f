"""Toxiproxy's admin interface: toxiproxy-python with time limits, checked answers and read-back.

The library's own transport (its `APIConsumer`) keeps host and port in the class, waits without limit,
follows the environment's proxy settings and takes 5xx for success. It is replaced here, in the two modules
that look it up; the library's model of proxies and toxics is used as it is. Every change is read back, since
Toxiproxy accepts attributes that it does not know.
"""

import http.client
import json as json_text
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, cast

import toxiproxy.proxy
import toxiproxy.server

from chaos.address import Address, parse_address
from chaos.errors import (
    NotAppliedError,
    ProxyAnswerError,
    ProxyGoneError,
    ProxyUnreachableError,
    UnknownProxyError,
)

ADMIN_TIMEOUT_S = 2.0
"""For each wait on the admin interface; it answers within milliseconds unless a stalled reader hangs it."""

_NOT_FOUND = 404
_FIRST_ERROR_STATUS = 400

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
        return self._call(lambda library: tuple(_state(one) for _, one in sorted(library.proxies().items())))

    def proxy(self, name: str) -> ProxyState:
        """One proxy. Raises UnknownProxyError too."""

        def find(library: toxiproxy.server.Toxiproxy) -> ProxyState:
            found = library.proxies()
            if name not in found:
                raise UnknownProxyError(
                    f"Toxiproxy at {self.admin} has no proxy {name!r}; it has: "
                    f"{', '.join(sorted(found)) or 'none'}. Name one of these, or start the stack again: "
                    "stormproof up"
                )
            return _state(found[name])

        return self._call(find)

    def set_enabled(self, name: str, *, enabled: bool) -> None:
        """Let a proxy listen, or stop it and cut its connections.

        Raises UnknownProxyError, NotAppliedError too.
        """
        self.proxy(name)

        def switch(library: toxiproxy.server.Toxiproxy) -> None:
            proxy = library.get_proxy(name)
            (proxy.enable if enabled else proxy.disable)()

        self._call(switch)
        if self.proxy(name).enabled is not enabled:
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} accepted enabled={enabled} for proxy {name!r} and did not apply "
                "it. Look at its log; start the stack again: stormproof down && stormproof up"
            )

    def add_toxic(self, name: str, toxic: Toxic) -> None:
        """Give a proxy a toxic. Raises UnknownProxyError, NotAppliedError too."""
        self.proxy(name)
        self._call(
            lambda library: library.get_proxy(name).add_toxic(
                name=toxic.name,
                type=toxic.type,
                stream=toxic.stream,
                toxicity=toxic.toxicity,
                attributes=dict(toxic.attributes),
            )
        )
        found = self.proxy(name).toxic(toxic.name)
        if found != toxic:
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} accepted {toxic} for proxy {name!r}, but it has "
                f"{found or 'no such toxic'}. Check the attributes of {toxic.type!r} for this version."
            )

    def remove_toxic(self, name: str, toxic_name: str) -> None:
        """Take a toxic off a proxy; one that is not there is fine.

        Raises UnknownProxyError, NotAppliedError too.
        """
        if self.proxy(name).toxic(toxic_name) is None:
            return
        try:
            self._call(lambda library: library.get_proxy(name).destroy_toxic(toxic_name))
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
        token = _AIM.set(self)
        try:
            # Not by the library: it asks for the proxy first, which hangs where deleting does not.
            _send("DELETE", f"/proxies/{name}", None)
        except ProxyAnswerError as error:
            if error.status != _NOT_FOUND:
                raise
        finally:
            _AIM.reset(token)

    def remake(self, name: str, listen: Address, upstream: str) -> None:
        """Delete a proxy, whatever holds it, and make it again, enabled and without a toxic.

        Raises NotAppliedError too.
        """
        self.remove(name)
        self._call(lambda library: library.create(upstream, name, str(listen), enabled=True))
        made = self.proxy(name)
        if (made.listen, made.upstream, made.enabled, made.toxics) != (listen, upstream, True, ()):
            raise NotAppliedError(
                f"Toxiproxy at {self.admin} made proxy {name!r} as {made}. Start the stack again: "
                "stormproof down && stormproof up"
            )

    def _call[T](self, request: Callable[[toxiproxy.server.Toxiproxy], T]) -> T:
        token = _AIM.set(self)
        try:
            return request(toxiproxy.server.Toxiproxy())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProxyAnswerError(
                f"What listens at {self.admin} does not answer as Toxiproxy does ({error!r}). "
                "Check the port: stormproof status",
                status=200,
            ) from error
        finally:
            _AIM.reset(token)


_AIM: ContextVar[Toxiproxy] = ContextVar("toxiproxy")
"""The Toxiproxy that the library's present call is meant for."""


class _Transport:
    """Takes the place of the library's `APIConsumer`."""

    @staticmethod
    def get(url: str, params: None = None) -> _Answer:  # noqa: ARG004 -- the library's signature
        return _send("GET", url, None)

    @staticmethod
    def delete(url: str) -> _Answer:
        return _send("DELETE", url, None)

    @staticmethod
    def post(url: str, data: None = None, json: object = None) -> _Answer:  # noqa: ARG004 -- the library's signature
        return _send("POST", url, json_text.dumps(json).encode())


toxiproxy.proxy.APIConsumer = _Transport
toxiproxy.server.APIConsumer = _Transport


def _send(method: str, url: str, body: bytes | None) -> _Answer:
    aim = _AIM.get()
    connection = http.client.HTTPConnection(aim.admin.host, aim.admin.port, timeout=aim.timeout_s)
    try:
        connection.request(method, url, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
    except ConnectionRefusedError as error:
        raise ProxyGoneError(
            f"Nothing listens at Toxiproxy's admin address {aim.admin}. Start the stack with: stormproof up"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise ProxyUnreachableError(
            f"Toxiproxy at {aim.admin} gave no answer to {method} {url} within {aim.timeout_s} s "
            f"({error!r}). If it stays so, start the stack again: stormproof down && stormproof up"
        ) from error
    finally:
        connection.close()
    if response.status >= _FIRST_ERROR_STATUS:
        raise ProxyAnswerError(
            f"Toxiproxy at {aim.admin} answered {method} {url} with {response.status}: "
            f"{content.decode(errors='replace').strip()[:200]}",
            response.status,
        )
    return _Answer(content)


def _state(proxy: toxiproxy.proxy.Proxy) -> ProxyState:
    return ProxyState(
        name=str(proxy.name),
        listen=parse_address(str(proxy.listen), f"proxy {proxy.name}, listen"),
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

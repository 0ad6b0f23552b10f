"""toxiproxy-python's list of proxies and toxics, over a connection of our own.

The library's own transport (its `APIConsumer`) keeps host and port in the class, waits without limit,
follows the environment's proxy settings and takes 5xx for success: it is replaced here, in the two modules
that look it up. To change a proxy the library asks for all of them first, and drops the answer that says
what Toxiproxy has made of the change: `chaos.toxiproxy` sends changes itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import quote

import toxiproxy.proxy
import toxiproxy.server

from chaos.errors import ProxyAnswerError

type Get = Callable[[str], bytes]
"""The content that a path of the admin interface answers with. Raises ProxyAnswerError for a refusal."""

_GET: ContextVar[Get] = ContextVar("get")
"""How the library's present call is answered."""
_NOT_FOUND = 404


def listed_proxies(get: Get) -> Iterator[Mapping[str, object]]:
    """Each proxy by name, as it was told, with its `toxics`. Raises KeyError, TypeError, ValueError for an
    answer that is not Toxiproxy's, and what `get` does.
    """
    token = _GET.set(get)
    try:
        for _, proxy in sorted(toxiproxy.server.Toxiproxy().proxies().items()):
            yield {**vars(proxy), "toxics": _toxics(proxy)}
    finally:
        _GET.reset(token)


def _toxics(proxy: toxiproxy.proxy.Proxy) -> Sequence[Mapping[str, object]]:
    try:
        return [vars(toxic) for toxic in proxy.toxics().values()]
    except ProxyAnswerError as error:
        if error.status == _NOT_FOUND:
            return []  # gone in the meantime, or of a name that Toxiproxy takes and does not find, as a/b
        raise


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the library expects of a response."""

    content: bytes

    def json(self) -> object:
        return json.loads(self.content)


class _Transport:
    """Takes the place of the library's `APIConsumer`, of which reading asks no more."""

    @staticmethod
    def get(url: str, params: None = None) -> _Answer:  # noqa: ARG004 -- the library's signature
        return _Answer(_GET.get()(quote(url)))


toxiproxy.proxy.APIConsumer = _Transport
toxiproxy.server.APIConsumer = _Transport

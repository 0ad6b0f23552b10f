"""What a service says of itself while a fault is made: whether it feels it."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from chaos.probes.door import Door
from chaos.timing import Timing

FELT_WITHIN_S = 5.0
"""A service that does not tell of a fault by then is noted as one that does not feel it."""

ASK_WITHIN_S = 1.0
"""A service that does not say within this how it is, is not well."""

_PAUSE_S = 0.05
_WORDS = frozenset({"status", "state", "ready", "healthy"})
"""Members of a health document that tell how something is; figures change all the time."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a service said at one time."""

    status: str
    """200, 503… or why there was no answer."""
    words: Mapping[str, JsonValue]
    """How it and its dependencies are, by their paths in the document."""


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service as it was before a fault."""

    door: Door
    before: _Said
    timing: Timing

    @classmethod
    def open(cls, door: Door, timing: Timing) -> "ServiceView":
        """Ask it before the fault. Raises nothing: what it says decides nothing."""
        return cls(door, _ask(door), timing)

    def felt(self) -> dict[str, JsonValue]:
        """Ask until it says something else than before; what changed, as the timeline tells it."""
        deadline_ns = self.timing.clock.now_ns() + int(FELT_WITHIN_S * 1e9)
        while True:
            said = _ask(self.door)
            changed = _changed(self.before, said)
            if changed or self.timing.clock.now_ns() >= deadline_ns:
                url = f"http://{self.door.address}{self.door.speech.path}"
                return {"url": url, "felt": bool(changed), "changed": changed}
            self.timing.sleep(_PAUSE_S)


def _changed(before: _Said, after: _Said) -> dict[str, JsonValue]:
    changed: dict[str, JsonValue] = {}
    if before.status != after.status:
        changed["answer"] = [before.status, after.status]
    for path in sorted(before.words.keys() & after.words.keys()):
        if before.words[path] != after.words[path]:
            changed[path] = [before.words[path], after.words[path]]
    return changed


def _ask(door: Door) -> _Said:
    connection = http.client.HTTPConnection(door.address.host, door.address.port, timeout=ASK_WITHIN_S)
    try:
        connection.request("GET", door.speech.path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        return _Said(f"no answer: {type(error).__name__}", {})
    finally:
        connection.close()
    try:
        document: JsonValue = json.loads(body)
    except ValueError:
        document = None
    return _Said(str(response.status), dict(_words(document, "")))


def _words(document: JsonValue, path: str) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(document, dict):
        for key, value in document.items():
            here = f"{path}.{key}" if path else key
            if key in _WORDS and isinstance(value, (str, bool)):
                yield here, value
            else:
                yield from _words(value, here)
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from _words(value, f"{path}[{index}]")

"""What master and workers say to each other, as Locust's custom messages."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from pydantic import TypeAdapter, ValidationError

PROTOCOL = 1
"""Both sides must speak the same: raised with every change here."""


class ProtocolError(ValueError):
    """A message that this version does not understand."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Worker: I am here, and can be spoken to."""

    NAME: ClassVar = "stormproof.hello"

    protocol: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """Master: so are you now."""

    NAME: ClassVar = "stormproof.welcome"

    protocol: int
    is_late: bool
    """A test goes on that this worker has no share of."""


@dataclass(frozen=True, slots=True)
class Align:
    """Master: make ready for a test, and measure your clock against mine."""

    NAME: ClassVar = "stormproof.align"

    test: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Worker: what time is it?"""

    NAME: ClassVar = "stormproof.ask"

    number: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Master: this was the time when you asked, and when I answered."""

    NAME: ClassVar = "stormproof.tell"

    number: int
    asked_ns: int
    told_ns: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """Worker: ready; this is my clock beside yours."""

    NAME: ClassVar = "stormproof.aligned"

    test: str
    at_ns: int
    offset_ns: int
    residual_ns: int
    wanted_index: int
    """-1: any."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Master: this is your share of the load. It never changes."""

    NAME: ClassVar = "stormproof.assignment"

    test: str
    index: int
    count: int
    start_ns: int
    load: Mapping[str, Any]
    """As load_parcel packs it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Worker: I shall send it."""

    NAME: ClassVar = "stormproof.accepted"

    test: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Worker: I cannot."""

    NAME: ClassVar = "stormproof.declined"

    test: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Master: end your share now."""

    NAME: ClassVar = "stormproof.stop"

    test: str
    interrupted: bool
    is_cancelled: bool
    """Nothing was sent, nothing is to be recorded."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Worker: some of what I recorded, or (kind `end`) how I came to the end. Numbered from 0, in order."""

    NAME: ClassVar = "stormproof.envelope"

    test: str
    number: int
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """Master: every envelope up to this number is safe with me."""

    NAME: ClassVar = "stormproof.written"

    test: str
    number: int


END = "end"
"""The kind of the last envelope; its content is an End."""


@dataclass(frozen=True, slots=True)
class End:
    """How a worker came to the end of its share."""

    exit_code: int
    handed_out: int
    was_cut: bool
    clock: tuple[int, int, int] | None
    """at, offset and residual (ns) of the clock that its records are in; None: it could not be measured."""


type Message = (
    Hello
    | Welcome
    | Align
    | Ask
    | Tell
    | Aligned
    | Assignment
    | Accepted
    | Declined
    | Stop
    | Envelope
    | Written
)


def encode(message: Message) -> dict[str, Any]:
    """As Locust carries it. Not asdict(): it would copy what an envelope holds."""
    return {field.name: getattr(message, field.name) for field in fields(message)}


def decode[T](kind: type[T], data: object) -> T:
    """Raises ProtocolError."""
    try:
        content: T = _adapter(kind).validate_python(data)
    except ValidationError as error:
        raise ProtocolError(f"{kind.__name__}: {error.errors()[0]['msg']}") from error
    return content


_adapters: dict[Any, TypeAdapter[Any]] = {}
"""Making one takes a millisecond."""


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def encode_end(end: End) -> bytes:
    """The content of the last envelope."""
    return _adapter(End).dump_json(end)


def decode_end(content: bytes) -> End:
    """Raises ProtocolError."""
    try:
        end: End = _adapter(End).validate_json(content)
    except ValidationError as error:
        raise ProtocolError(f"End: {error.errors()[0]['msg']}") from error
    return end

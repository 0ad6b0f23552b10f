"""Go's gob: a stream of messages that carries the descriptions of its own types.

Written after the documentation of encoding/gob. Values of struct types come as dictionaries by field name;
values that a Go type encodes by itself (time.Time) come as their bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

_BOOL, _INT, _UINT, _BYTES, _STRING = 1, 2, 3, 5, 6
_MOST_MESSAGE_BYTES = 64 * 2**20
_MOST_DEPTH = 16
_ONE_BYTE, _WIDEST = 0x80, 8

type Value = bool | int | bytes | str | list["Value"] | dict[str, "Value"]
"""What a gob can say here."""


class GobError(ValueError):
    """A stream, or one message of it, is no gob that is understood here."""


@dataclass(frozen=True, slots=True)
class _Struct:
    fields: tuple[tuple[str, int], ...]
    """Name and type of each."""


@dataclass(frozen=True, slots=True)
class _Slice:
    element: int


@dataclass(frozen=True, slots=True)
class _Map:
    key: int
    element: int


@dataclass(frozen=True, slots=True)
class _Opaque:
    """A type that encodes itself to bytes."""


type _Type = _Struct | _Slice | _Map | _Opaque

# How types are described: with types of Go's own, which need no description. Their numbers here are ours.
_WIRE, _ARRAY, _SLICE, _STRUCT, _MAP, _SELF, _COMMON, _FIELD, _FIELDS = -1, -2, -3, -4, -5, -6, -7, -8, -9
_COMMON_FIELD = ("CommonType", _COMMON)
_DESCRIPTIONS = MappingProxyType[int, _Type](
    {
        _WIRE: _Struct(
            (
                ("ArrayT", _ARRAY),
                ("SliceT", _SLICE),
                ("StructT", _STRUCT),
                ("MapT", _MAP),
                ("GobEncoderT", _SELF),
                ("BinaryMarshalerT", _SELF),
                ("TextMarshalerT", _SELF),
            )
        ),
        _ARRAY: _Struct((_COMMON_FIELD, ("Elem", _INT), ("Len", _INT))),
        _SLICE: _Struct((_COMMON_FIELD, ("Elem", _INT))),
        _STRUCT: _Struct((_COMMON_FIELD, ("Field", _FIELDS))),
        _MAP: _Struct((_COMMON_FIELD, ("Key", _INT), ("Elem", _INT))),
        _SELF: _Struct((_COMMON_FIELD,)),
        _COMMON: _Struct((("Name", _STRING), ("Id", _INT))),
        _FIELD: _Struct((("Name", _STRING), ("Id", _INT))),
        _FIELDS: _Slice(_FIELD),
    }
)


@dataclass(slots=True)
class _Reader:
    """Bytes and where reading stands."""

    data: bytes
    at: int = 0

    def uint(self) -> int:
        first = self.take(1)[0]
        if first < _ONE_BYTE:
            return first
        width = 256 - first
        if width > _WIDEST:
            raise GobError(f"a number of {width} bytes")
        return int.from_bytes(self.take(width), "big")

    def signed(self) -> int:
        value = self.uint()
        return ~(value >> 1) if value & 1 else value >> 1

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise GobError("a value that is longer than its message")
        self.at += count
        return self.data[self.at - count : self.at]

    def count(self) -> int:
        """How many elements follow; each takes a byte at least."""
        count = self.uint()
        if count > len(self.data) - self.at:
            raise GobError("more elements than its message can hold")
        return count


@dataclass(slots=True)
class GobDecoder:
    """Decodes the messages of one stream, in their order: types are described before they are used."""

    _types: dict[int, _Type] = field(default_factory=lambda: dict(_DESCRIPTIONS))

    def value(self, message: bytes) -> Value | None:
        """The value of a message; None for one that describes a type. Raises GobError."""
        reader = _Reader(message)
        identifier = reader.signed()
        if identifier < 0:
            self._types[-identifier] = _described(self._read(reader, _WIRE, 0))
            return None
        if not isinstance(self._types.get(identifier), _Struct) and reader.take(1) != b"\0":
            raise GobError("a value without the zero that announces it")
        return self._read(reader, identifier, 0)

    def _read(self, reader: _Reader, identifier: int, depth: int) -> Value:
        if depth > _MOST_DEPTH:
            raise GobError("values within values without end")
        match self._types.get(identifier):
            case _Struct(fields):
                return self._struct(reader, fields, depth)
            case _Slice(element):
                return [self._read(reader, element, depth + 1) for _ in range(reader.count())]
            case _Map(key, element):
                return {
                    str(self._read(reader, key, depth + 1)): self._read(reader, element, depth + 1)
                    for _ in range(reader.count())
                }
            case _Opaque():
                return reader.take(reader.uint())
            case None:
                return _basic(reader, identifier)

    def _struct(self, reader: _Reader, fields: tuple[tuple[str, int], ...], depth: int) -> dict[str, Value]:
        """Fields that are zero are left out, so each tells how many were skipped; a zero ends them."""
        values: dict[str, Value] = {}
        number = -1
        while (step := reader.uint()) != 0:
            number += step
            if number >= len(fields):
                raise GobError(f"the field {number} of a type that has {len(fields)}")
            name, identifier = fields[number]
            values[name] = self._read(reader, identifier, depth + 1)
        return values


def messages(chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The messages of a stream, with the byte at which each begins; None for one that the file's end cuts.

    Raises GobError where no message can begin.
    """
    rest, offset = b"", 0
    for chunk in chunks:
        rest += chunk
        at = 0
        while (found := _extent(rest, at)) is not None:
            begin, end = found
            if end - begin > _MOST_MESSAGE_BYTES:
                raise GobError(f"a message of {end - begin:,} bytes at byte {offset + at:,}")
            if end > len(rest):
                break
            yield offset + at, rest[begin:end]
            at = end
        rest, offset = rest[at:], offset + at
    if rest:
        yield offset, None


def _extent(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the message at `at` begins and ends; None while its length is not all there."""
    if at >= len(data):
        return None
    width = 0 if data[at] < _ONE_BYTE else 256 - data[at]
    if width > _WIDEST:
        raise GobError("no message begins there")
    if at + 1 + width > len(data):
        return None
    reader = _Reader(data, at)
    length = reader.uint()
    return reader.at, reader.at + length


def _described(description: Value) -> _Type:
    """The type that a wireType describes."""
    match description:
        case {"StructT": {"Field": [*fields]}}:
            return _Struct(tuple(_named(one) for one in fields))
        case {"SliceT": {"Elem": int(element)}} | {"ArrayT": {"Elem": int(element)}}:
            return _Slice(element)
        case {"MapT": {"Key": int(key), "Elem": int(element)}}:
            return _Map(key, element)
        case {"GobEncoderT": _} | {"BinaryMarshalerT": _} | {"TextMarshalerT": _}:
            return _Opaque()
        case {"StructT": _}:
            return _Struct(())
    raise GobError("a description of a type that is not known")


def _named(one: Value) -> tuple[str, int]:
    match one:
        case {"Name": str(name), "Id": int(identifier)}:
            return name, identifier
    raise GobError("a field without a name or a type")


def _basic(reader: _Reader, identifier: int) -> Value:
    if identifier == _BOOL:
        return reader.uint() != 0
    if identifier == _INT:
        return reader.signed()
    if identifier == _UINT:
        return reader.uint()
    if identifier == _BYTES:
        return reader.take(reader.uint())
    if identifier == _STRING:
        return reader.take(reader.uint()).decode("utf-8", "replace")
    raise GobError(f"a value of the type {identifier}, which is neither described nor one that is read here")

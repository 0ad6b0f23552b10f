"""A further setting in the message that the stack's Elasticsearch reads from its standard input.

The format belongs to the pinned version (9.2.4). `stack` writes the message; its settings come after a fixed
part: three flags, the class of the keystore, its format, and four empty fields of it.
"""

from chaos.errors import InvalidArgumentError

_BEFORE_SETTINGS = b"KeyStoreWrapper"
_AFTER_CLASS = 4 + 4
"""The format of the keystore, four bytes, and four fields of one byte."""
_ONE_BYTE_MOST = 0x7F
_STRING = b"\x00"
"""The kind of a value."""


def with_setting(message: bytes, name: str, value: str) -> bytes:
    """The message with one setting more. Raises InvalidArgumentError for one of another format."""
    found = message.find(_BEFORE_SETTINGS)
    at = found + len(_BEFORE_SETTINGS) + _AFTER_CLASS
    if found < 0 or at >= len(message) or message[at] >= _ONE_BYTE_MOST:
        raise InvalidArgumentError("Elasticsearch's arguments are not in the format of the pinned version.")
    count = bytes((message[at] + 1,))
    return message[:at] + count + _text(name) + _STRING + _text(value) + message[at + 1 :]


def _text(ascii_text: str) -> bytes:
    encoded = ascii_text.encode("ascii")
    return bytes((len(encoded),)) + encoded

"""The message that Elasticsearch's server process reads from its standard input when it starts.

The launcher that ships with Elasticsearch (a second JVM) writes this message and then stays as the parent of
the server. Writing it to a file ourselves lets the server be the process that we start: its pid is the one
that is registered, so stopping or killing that pid hits the server and not a launcher, and one JVM less
shares the machine. The format belongs to the pinned version.
"""

from collections.abc import Mapping
from pathlib import Path

_KEYSTORE_CLASS = "org.elasticsearch.common.settings.KeyStoreWrapper"
_KEYSTORE_FORMAT = 7
_NO, _YES = b"\x00", b"\x01"
_STRING_VALUE = b"\x00"


def server_arguments(node_settings: Mapping[str, str], config_dir: Path, logs_dir: Path) -> bytes:
    """The message for a server with `node_settings`, an empty keystore and no launcher that watches it."""
    settings = b"".join(
        _string(name) + _STRING_VALUE + _string(value) for name, value in sorted(node_settings.items())
    )
    return b"".join(
        (
            _YES,  # daemonize: once started, do not take the end of standard input as the launcher's death
            _NO,  # quiet
            _NO,  # no pid file
            _string(_KEYSTORE_CLASS),
            _KEYSTORE_FORMAT.to_bytes(4, "big"),
            _NO,  # no password
            _NO,  # no encrypted form
            _variable_int(0),  # no entries
            _NO,  # not closed
            _variable_int(len(node_settings)),
            settings,
            _string(str(config_dir)),
            _string(str(logs_dir)),
        )
    )


def _variable_int(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _string(text: str) -> bytes:
    """Java's view of a string: the number of UTF-16 units, then each of them in one to three bytes."""
    utf16 = text.encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(utf16[i : i + 2], "big") for i in range(0, len(utf16), 2)]
    return _variable_int(len(units)) + b"".join(_unit(unit) for unit in units)


def _unit(unit: int) -> bytes:
    if unit <= 0x7F:
        return bytes((unit,))
    if unit <= 0x7FF:
        return bytes((0xC0 | unit >> 6, 0x80 | unit & 0x3F))
    return bytes((0xE0 | unit >> 12, 0x80 | unit >> 6 & 0x3F, 0x80 | unit & 0x3F))

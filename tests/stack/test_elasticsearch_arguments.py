"""The message that Elasticsearch's server starts from; that it is understood, the real stack shows."""

from pathlib import Path

from stack.parts.elasticsearch_arguments import server_arguments


def test_the_message_is_the_one_of_the_pinned_version() -> None:
    message = server_arguments({"b": "2", "a": "1"}, Path("/c"), Path("/l"))
    assert message == (
        b"\x01\x00\x00"  # detached from its starter, not quiet, no pid file
        b"\x31org.elasticsearch.common.settings.KeyStoreWrapper"
        b"\x00\x00\x00\x07\x00\x00\x00\x00"  # an empty keystore
        b"\x02"
        b"\x01a\x00\x011"
        b"\x01b\x00\x012"
        b"\x02/c\x02/l"
    )


def test_lengths_count_utf_16_units_and_grow_past_seven_bits() -> None:
    message = server_arguments({}, Path("/é€😀"), Path("/" + "x" * 199))
    # The emoji is two units of three bytes each.
    assert b"\x05/\xc3\xa9\xe2\x82\xac\xed\xa0\xbd\xed\xb8\x80" in message
    assert message.endswith(b"\xc8\x01/" + b"x" * 199)

"""X-Forwarded-For is believed only as far as trusted proxies wrote it."""

import pytest

from reference_service.limits.client_address import ClientAddress


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded_for", "expected"),
    [
        ("", "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("127.0.0.1", "127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1,10.0.0.0/8", "127.0.0.1", "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", "not an address", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9, not an address", "127.0.0.1"),
        ("::1", "::1", "2001:db8::5", "2001:db8::5"),
        ("127.0.0.1", "::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("::1", "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", None, "203.0.113.9", "unknown"),
    ],
)
def test_address(trusted: str, peer: str | None, forwarded_for: str | None, expected: str) -> None:
    assert ClientAddress(trusted).of(peer, forwarded_for) == expected

"""Whom an address stands for: one that has an IPv6 address has 2^64 of them."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

PREFIX_BITS = 64  # what one customer, one machine gets at least: RFC 6177, RFC 4291


@lru_cache(4096)
def address_block(address: str) -> str:
    """The /64 of an IPv6 address, the IPv4 address that an IPv6 one wraps; other text is itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), PREFIX_BITS), strict=False))

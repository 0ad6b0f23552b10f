"""Whose request it is when the tenant's limit cannot be asked for: the client's address."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ClientAddress:
    """Finds the client's address; believes X-Forwarded-For only as far as trusted proxies wrote it."""

    def __init__(self, trusted_proxies: str) -> None:
        parts = [p.strip() for p in trusted_proxies.split(",")]
        self._trusted: tuple[Network, ...] = tuple(ipaddress.ip_network(p, strict=False) for p in parts if p)
        self._is_trusted = lru_cache(4096)(self._look_up)

    def of(self, peer: str | None, forwarded_for: str | None) -> str:
        """The nearest address, seen from here, that is not one of the trusted proxies."""
        address = peer or "unknown"
        if not forwarded_for:
            return address
        for hop in reversed(forwarded_for.split(",")):
            if not self._is_trusted(address):
                break
            hop_address = hop.strip()
            try:
                ipaddress.ip_address(hop_address)
            except ValueError:
                break  # not an address: nobody vouches for what stands before it either
            address = hop_address
        return address

    def _look_up(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped  # how a listener of both families tells an IPv4 peer
        return any(parsed in network for network in self._trusted)

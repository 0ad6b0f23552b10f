"""TLS 1.3 to those dependencies whose addresses ask for it: certificate and host name always verified."""

from __future__ import annotations

import ssl
from typing import Literal, TypedDict
from urllib.parse import parse_qs, urlsplit


class ElasticsearchTls(TypedDict, total=False):
    """The options of its client that matter here."""

    ssl_context: ssl.SSLContext
    ssl_version: ssl.TLSVersion


class DependencyTls:
    """`authority`: a PEM file of whom to believe; empty: the system's authorities."""

    def __init__(self, authority: str) -> None:
        self.authority = authority

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.authority or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context

    def elasticsearch(self, url: str) -> ElasticsearchTls:
        """For https:// only."""
        if urlsplit(url).scheme != "https":
            return {}
        # The client sets the lowest version itself, on whatever context it is given: 1.2, unless told.
        return {"ssl_context": self._context(), "ssl_version": ssl.TLSVersion.TLSv1_3}

    def postgres(self, dsn: str) -> ssl.SSLContext | Literal[False]:
        """For sslmode=verify-full; otherwise none, and no attempt at it, which would cost a round trip."""
        return self._context() if sslmode(dsn) == "verify-full" else False

    def redis(self, url: str) -> dict[str, object]:
        """For rediss:// only: what the client's pool makes its context of."""
        if urlsplit(url).scheme != "rediss":
            return {}
        return {
            "ssl_cert_reqs": "required",
            "ssl_check_hostname": True,
            "ssl_ca_certs": self.authority or None,
            "ssl_min_version": ssl.TLSVersion.TLSv1_3,
        }


def sslmode(dsn: str) -> str:
    """As the address says; `disable` when it says nothing."""
    return parse_qs(urlsplit(dsn).query).get("sslmode", ["disable"])[-1]

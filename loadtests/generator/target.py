"""The URL under load, taken apart once."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Target:
    """Where connections go, and what each request to it begins with."""

    url: str
    host: str
    port: int
    is_tls: bool
    path_prefix: str

    @property
    def host_header(self) -> str:
        """As RFC 9112, section 3.2, wants it: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def parse_target(url: str) -> Target:
    """Raises ValueError when it has no host or an impossible port, or names a user."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"{url!r}: must be a URL with a host, as http://127.0.0.1:21080")
    if parts.username is not None:
        raise ValueError(
            f"must not name a user ({parts.username!r}), who would stand in the evidence: give the "
            "operations a header Authorization"
        )
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    return Target(url, parts.hostname, port, is_tls, parts.path.rstrip("/"))

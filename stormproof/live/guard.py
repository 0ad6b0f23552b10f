"""Who may look at a run and abort it: those who were given the page's address, from a page of its own.

Loopback alone keeps out neither other users of the machine nor web pages that the user has open: those can
send requests to any address (cross-site requests), and have a name of theirs mean 127.0.0.1 (DNS rebinding).
"""

import hmac
from dataclasses import dataclass

TOKEN_HEADER = "Stormproof-Token"  # noqa: S105 -- its name
_OWN_SITE = {None, "same-origin", "none"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of where it comes from; None for a header that it lacks."""

    host: str | None
    origin: str | None
    fetch_site: str | None
    """Sec-Fetch-Site: what a browser says by itself."""
    token: str | None


@dataclass(frozen=True, slots=True)
class Guard:
    """Of one page."""

    port: int
    token: str

    def refusal(self, asked: Asked, *, needs_token: bool = True) -> str | None:
        """Why a request is not answered; None for one that is."""
        hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if asked.host not in hosts:
            return f"Host must be one of {', '.join(sorted(hosts))}."
        if asked.origin is not None and asked.origin != f"http://{asked.host}":
            return "Only the page itself may ask."
        if asked.fetch_site not in _OWN_SITE:
            return "Only the page itself may ask."
        if needs_token and not hmac.compare_digest((asked.token or "").encode(), self.token.encode()):
            return f"{TOKEN_HEADER} must be what follows # in the address that the command printed."
        return None

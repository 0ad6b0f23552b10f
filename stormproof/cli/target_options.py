"""The targets of a load, as the command line names them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from stormproof.errors import BadInput
from stormproof.plan import is_loopback_url

_NAMED = re.compile(r"(?P<name>[^=:/?#\s]+)=(?P<url>https?://.*)")


@dataclass(frozen=True, slots=True)
class Targets:
    """URLs without a trailing slash."""

    first: str
    further: tuple[tuple[str, str], ...]
    """Name and URL of each."""


def read_targets(given: Sequence[str], confirmed_host: str | None = None) -> Targets:
    """One URL, and NAME=URL for each further target, on loopback or on the host that was named once more.

    Raises BadInput.
    """
    named = [match for text in given if (match := _NAMED.fullmatch(text))]
    plain = [text for text in given if not _NAMED.fullmatch(text)]
    if len(plain) != 1:
        told = ", ".join(plain) or "only named ones"
        raise BadInput(f"--target {told}: must be one URL, and NAME=URL for each further target.")
    for url in (*plain, *(match["url"] for match in named)):
        _check(url, confirmed_host)
    return Targets(plain[0].rstrip("/"), tuple((match["name"], match["url"].rstrip("/")) for match in named))


def _check(url: str, confirmed_host: str | None) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise BadInput(f"--target {url}: must be a URL: http://… or https://…")
    if not is_loopback_url(url) and confirmed_host != host:
        raise BadInput(
            f"--target {url}: is not on loopback. If you may put load on it, say so: --confirm-host {host}"
        )

"""The targets of a load, as the command line names them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stormproof.errors import BadInput
from stormproof.plan import is_loopback_url

_NAMED = re.compile(r"(?P<name>[^=:/?#\s]+)=(?P<url>https?://.*)")


@dataclass(frozen=True, slots=True)
class Targets:
    """URLs without a trailing slash."""

    first: str
    further: tuple[tuple[str, str], ...]
    """Name and URL of each."""


def read_targets(given: Sequence[str]) -> Targets:
    """One URL, and NAME=URL for each further target. Raises BadInput."""
    named = [match for text in given if (match := _NAMED.fullmatch(text))]
    plain = [text for text in given if not _NAMED.fullmatch(text)]
    if len(plain) != 1:
        told = ", ".join(plain) or "only named ones"
        raise BadInput(f"--target {told}: must be one URL, and NAME=URL for each further target.")
    for url in (*plain, *(match["url"] for match in named)):
        if not is_loopback_url(url):
            raise BadInput(f"--target {url}: must be an http URL on loopback.")
    return Targets(plain[0].rstrip("/"), tuple((match["name"], match["url"].rstrip("/")) for match in named))

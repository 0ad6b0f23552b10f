"""Telling what this machine refused from what the target did."""

import errno

from evidence.local_limit import LocalLimit

_LIMITS = {
    errno.EMFILE: LocalLimit.OPEN_FILES,
    errno.ENFILE: LocalLimit.OPEN_FILES,
    errno.EADDRNOTAVAIL: LocalLimit.PORTS,
    errno.ENOBUFS: LocalLimit.MEMORY,
    errno.ENOMEM: LocalLimit.MEMORY,
}


def limit_of(error: OSError) -> LocalLimit | None:
    """The limit that kept a connection from being made; None where it was the target's or the network's."""
    return _LIMITS.get(error.errno or 0)

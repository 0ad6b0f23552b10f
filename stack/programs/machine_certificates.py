"""Believing in downloads whom the machine believes, not a list that a package brought along."""

from collections.abc import Iterator
from contextlib import contextmanager

import truststore


@contextmanager
def machine_certificates() -> Iterator[None]:
    """While it lasts, TLS of this process is verified against the machine's own authorities.

    Behind a proxy that reads TLS, that proxy's authority is one of those, and in no package.
    """
    truststore.inject_into_ssl()
    try:
        yield
    finally:
        truststore.extract_from_ssl()

"""Certificates of a stack: one authority, whoever makes them."""

import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from stack.certificates import Certificates, ensure_certificates

_PARTS = 8


def test_parts_that_start_together_get_the_same_certificates(tmp_path: Path) -> None:
    together = Barrier(_PARTS)

    def ensure(_: int) -> tuple[Certificates, bytes]:
        together.wait()
        made = ensure_certificates(tmp_path / "tls")
        return made, made.service.chain.read_bytes()

    with ThreadPoolExecutor(_PARTS) as threads:
        made = set(threads.map(ensure, range(_PARTS)))
    ((certificates, _),) = made
    for server in (certificates.service, certificates.dependency):
        # Raises where the key is another's.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(server.chain, server.key)
    assert not list((tmp_path / "tls").glob("*.new"))

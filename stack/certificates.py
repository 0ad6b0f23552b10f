"""A certificate authority of the stack's own, and certificates for what listens on this machine.

For trying TLS here, and for nothing else: its private keys lie in files.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import trustme

from stack.files import make_folder, write_atomically
from stack.layout import HOST
from stack.lock import file_lock

NAMES = (HOST, "localhost", "::1")
_MADE_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files of a server: its chain, and its private key."""

    chain: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """`authority` is what clients are given to believe; the rest is what servers show."""

    authority: Path
    service: Certificate
    dependency: Certificate


def ensure_certificates(folder: Path) -> Certificates:
    """Those in `folder`, made when one of them is missing: all of one authority, or all anew.

    Parts that start together ask together: the first makes them. Raises StackBusy.
    """
    make_folder(folder)
    with file_lock(folder / ".lock", timeout_s=_MADE_WITHIN_S, purpose="making certificates"):
        return _ensure(folder)


def _ensure(folder: Path) -> Certificates:
    made = Certificates(
        folder / "ca.pem",
        Certificate(folder / "service.pem", folder / "service.key"),
        Certificate(folder / "dependency.pem", folder / "dependency.key"),
    )
    servers = (made.service, made.dependency)
    # The authority's file comes last: with it, everything is there.
    if made.authority.exists() and all(s.chain.exists() and s.key.exists() for s in servers):
        return made
    made.authority.unlink(missing_ok=True)
    authority = trustme.CA(organization_name="a stack on this machine")
    for server in servers:
        leaf = authority.issue_cert(*NAMES)
        write_atomically(server.chain, b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        write_atomically(server.key, leaf.private_key_pem.bytes(), 0o600)
    write_atomically(made.authority, authority.cert_pem.bytes())
    return made


def hand_over(certificate: Certificate, folder: Path, group_id: int | None) -> Certificate:
    """A copy that a server of this group may read and not change; None: the caller's own servers."""
    copy = Certificate(folder / "server.pem", folder / "server.key")
    write_atomically(copy.chain, certificate.chain.read_bytes())
    write_atomically(copy.key, certificate.key.read_bytes(), 0o600 if group_id is None else 0o640)
    if group_id is not None:
        shutil.chown(copy.key, group=group_id)
    return copy

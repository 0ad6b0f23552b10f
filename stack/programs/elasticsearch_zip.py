"""Elasticsearch: the zip that its own build publishes as a Maven artifact."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from jgo.maven import MavenContext, PythonResolver

from stack.errors import DownloadAltered, DownloadFailed
from stack.layout import ELASTICSEARCH
from stack.programs.machine_certificates import machine_certificates
from stack.programs.program import Installation

GROUP = "org.elasticsearch.distribution.integ-test-zip"
ARTIFACT = "elasticsearch"
SHA256 = "af7b81fe31627c7523b2546351cd4e47310faa6a72c8db8dc8f7a191e871cfaf"
MIRROR_VARIABLE = "STORMPROOF_MAVEN_REPOSITORY"
"""Address of a Maven repository to use in place of Maven Central; what it serves is checked all the same."""

_TITLE = f"Elasticsearch {ELASTICSEARCH.version} (100 MB)"
_READ_TIMEOUT_S = 30
_CHUNK_BYTES = 1 << 20


def install_elasticsearch(installation: Installation) -> None:
    """Fill the target with bin/, lib/ and modules/. Raises DownloadFailed, DownloadAltered."""
    installation.tell(f"downloading {_TITLE}", "")
    archive = _download(installation)
    installation.tell(f"checking {_TITLE}", "")
    require_sha256(archive, SHA256, _TITLE)
    installation.tell(f"unpacking {_TITLE}", "")
    unpacked = installation.work / "unpacked"
    with zipfile.ZipFile(archive) as content:
        for member in content.infolist():
            installation.cancellation.check()
            content.extract(member, unpacked)
    for entry in next(unpacked.iterdir()).iterdir():
        entry.rename(installation.target / entry.name)


def require_sha256(file: Path, expected: str, title: str) -> None:
    """Raises DownloadAltered unless `file` has that checksum."""
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != expected:
        raise DownloadAltered(
            f"what was downloaded as {title} is not what is pinned: "
            f"expected SHA-256 {expected}, found {found}",
            where=str(file),
            next_step="Do not use it. Try again; if it stays so, the Maven repository or a proxy changes it.",
        )


def _download(installation: Installation) -> Path:
    @contextmanager
    def progress(_name: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
        received, told = 0, -1

        def count(chunk_bytes: int) -> None:
            nonlocal received, told
            installation.cancellation.check()
            received += chunk_bytes
            percent = 100 * received // total_bytes
            if percent != told:
                told = percent
                installation.tell(f"downloading {_TITLE}", f"{percent}%")

        yield count

    mirror = os.environ.get(MIRROR_VARIABLE)
    context = MavenContext(
        resolver=PythonResolver(progress_callback=progress),
        repo_cache=installation.work / "maven",
        local_repos=[],
        remote_repos={"mirror": mirror} if mirror else None,
        timeout=_READ_TIMEOUT_S,
    )
    component = context.project(GROUP, ARTIFACT).at_version(ELASTICSEARCH.version)
    try:
        with machine_certificates():
            return component.artifact(packaging="zip").resolve()
    except (requests.RequestException, RuntimeError) as error:
        raise DownloadFailed(
            f"{_TITLE} could not be downloaded: {error}",
            where=f"Maven artifact {GROUP}:{ARTIFACT}:{ELASTICSEARCH.version}",
            next_step=(
                "A Maven repository must be reachable for the first start (later ones need no network). "
                f"Behind a mirror, set {MIRROR_VARIABLE} to its address. Then try again."
            ),
        ) from error

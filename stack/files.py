"""Files that are either the old or the new one, never half of each."""

import os
import shutil
import stat
from pathlib import Path


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace `path`; after a crash at any instant it is whole."""
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        os.fchmod(file.fileno(), mode)  # before there is anything in it to read
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make `path` and what is missing above it, open to every user whatever the umask is."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` outlive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_readable(root: Path) -> None:
    """Let every user read (and enter, and run what its owner may run) whatever the umask was."""
    for folder, _, names in os.walk(root):
        for path in (Path(folder), *(Path(folder) / name for name in names)):
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                continue
            wanted = mode | 0o444 | (0o111 if mode & 0o100 else 0)
            if wanted != mode:
                path.chmod(stat.S_IMODE(wanted))


def remove_tree(root: Path) -> None:
    """Remove a folder and all in it, read-only folders too; nothing happens when it is not there."""
    if not root.exists():
        return
    for folder, _, _ in os.walk(root):
        Path(folder).chmod(0o700)
    shutil.rmtree(root)

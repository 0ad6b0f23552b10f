"""The user that parts run as when the caller is root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from stack.errors import FolderUnreachable, StackError
from stack.files import make_folder


@dataclass(frozen=True, slots=True)
class User:
    """An account of this machine."""

    name: str
    uid: int
    gid: int


def find_user(name: str) -> User:
    """Raises StackError when there is no such user, or when it is root."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        raise StackError(
            f"there is no user {name!r} on this machine",
            where="user that the parts run as",
            next_step="Name an unprivileged user that exists (run_as), such as nobody.",
        ) from error
    if entry.pw_uid == 0:
        raise StackError(
            "Elasticsearch and PostgreSQL refuse to run as root",
            where=f"user {name!r}",
            next_step="Name an unprivileged user (run_as), such as nobody.",
        )
    return User(name, entry.pw_uid, entry.pw_gid)


def make_owned_folder(path: Path, user: str | None) -> None:
    """Make `path`, and what is missing above it, and give it to `user` with all that is in it.

    None leaves it to the caller. Does nothing to a folder that is `user`'s already: what is in it is under
    that user's control, so root must not follow it there.
    """
    make_folder(path)
    if user is None:
        return
    account = find_user(user)
    owner = path.stat()
    if (owner.st_uid, owner.st_gid) == (account.uid, account.gid):
        return
    for folder, _, names in os.walk(path):
        for name in names:
            os.chown(Path(folder) / name, account.uid, account.gid, follow_symlinks=False)
        # After its content: a folder that has its owner tells that all below has it too.
        os.chown(folder, account.uid, account.gid)
    os.chown(path, account.uid, account.gid)


def require_reachable(folder: Path, user: str | None) -> None:
    """Raises FolderUnreachable when `user` cannot enter `folder` or one above it."""
    if user is None:
        return
    account = find_user(user)
    for candidate in (*reversed(folder.resolve().parents), folder.resolve()):
        if candidate.exists() and not _may_enter(candidate, account):
            raise FolderUnreachable(
                f"user {user} cannot enter {candidate} (mode {stat.S_IMODE(candidate.stat().st_mode):04o})",
                where=str(folder),
                next_step=(
                    "Root's parts run as that user: set STORMPROOF_HOME to a folder that it can enter, "
                    f"such as /var/lib/stormproof, or allow it with: chmod o+x {candidate}"
                ),
            )


def _may_enter(folder: Path, user: User) -> bool:
    status = folder.stat()
    if status.st_uid == user.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)

"""Folders that the unprivileged user of the parts can use, and files that are never half written."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack import FolderUnreachable, StackError, StackSettings, up
from stack.files import make_folder, make_readable, remove_tree, write_atomically
from stack.unprivileged_user import find_user, require_reachable


@pytest.fixture
def strict_umask() -> Iterator[None]:
    """Nothing that is made is for others, unless that is said."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_folders_are_open_to_the_parts_under_a_strict_umask(tmp_path: Path, strict_umask: None) -> None:
    make_folder(tmp_path / "a" / "b")
    for folder in (tmp_path / "a", tmp_path / "a" / "b"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_programs_are_readable_under_a_strict_umask(tmp_path: Path, strict_umask: None) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "library").write_text("")
    (folder / "server").write_text("")
    (folder / "server").chmod(0o700)
    (folder / "dangling").symlink_to("nowhere")
    make_readable(folder)
    assert [
        stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "library", folder / "server")
    ] == [0o755, 0o644, 0o755]  # fmt: skip -- one line a side


def test_a_folder_that_the_user_cannot_enter_is_named(open_folder: Path) -> None:
    closed = open_folder / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    with pytest.raises(FolderUnreachable) as error:
        require_reachable(closed / "inner", "nobody")
    assert error.value.where == str(closed / "inner")
    assert error.value.what == f"user nobody cannot enter {closed} (mode 0700)"
    assert "STORMPROOF_HOME" in error.value.next_step


def test_a_folder_that_everyone_can_enter_is_fine() -> None:
    require_reachable(Path("/usr/bin"), "nobody")


def test_whoever_does_not_switch_users_may_use_any_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    require_reachable(tmp_path, None)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnreachable) as error:
        up(StackSettings(tmp_path / "programs", tmp_path / "file" / "state"))
    assert error.value.where == str(tmp_path / "file" / "state")
    assert "STORMPROOF_HOME" in error.value.next_step


@pytest.mark.parametrize("name", ["root", "no-such-user-here"])
def test_a_user_that_cannot_run_the_parts_is_refused(name: str) -> None:
    with pytest.raises(StackError) as error:
        find_user(name)
    assert name in error.value.what + error.value.where
    assert "nobody" in error.value.next_step


def test_a_write_that_fails_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    path.with_name(".file.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


def test_read_only_folders_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "inner"
    folder.mkdir(parents=True)
    (folder / "file").write_text("")
    folder.chmod(0o555)
    remove_tree(tmp_path / "cache")
    remove_tree(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()

"""Full disks."""

from pathlib import Path

import pytest

from stack import DiskFull, StackSettings, registry, up
from stack.disk import disk_full_explained, require_free_space
from stack.programs import REDIS, ProgramStore


def test_too_little_room_is_told_with_folder_and_megabytes(tmp_path: Path) -> None:
    asked: list[Path] = []

    def probe(folder: Path) -> int:
        asked.append(folder)
        return 41_999_999

    with pytest.raises(DiskFull) as error:
        require_free_space(tmp_path / "not" / "yet", 42, "a test", probe)
    assert error.value.what == "a test needs 42 MB, 41 MB are free"
    assert error.value.where == str(tmp_path / "not" / "yet")
    assert "STORMPROOF_HOME" in error.value.next_step
    assert asked == [tmp_path]


def test_exactly_enough_room_is_enough(tmp_path: Path) -> None:
    require_free_space(tmp_path, 42, "a test", lambda _: 42_000_000)


def test_a_disk_that_runs_full_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(DiskFull) as error,
        disk_full_explained(tmp_path, "testing"),
        Path("/dev/full").open("w") as full,
    ):
        full.write("x")
    assert error.value.where == str(tmp_path)
    assert "ran full while testing" in error.value.what


def test_other_failures_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), disk_full_explained(tmp_path, "testing"):
        (tmp_path / "missing").read_text()


def test_a_program_is_not_downloaded_where_it_does_not_fit(tmp_path: Path) -> None:
    store = ProgramStore(tmp_path, probe=lambda _: 1_000_000)
    with pytest.raises(DiskFull, match=f"needs {REDIS.needed_mb} MB, 1 MB are free"):
        store.ensure(REDIS, lambda *_: None)
    assert not store.has(REDIS)


def test_up_starts_nothing_where_its_data_do_not_fit(open_folder: Path) -> None:
    settings = StackSettings(open_folder / "programs", open_folder, port_base=24600)
    with pytest.raises(DiskFull) as error:
        up(settings, probe=lambda _: 100_000_000)
    assert "100 MB are free" in error.value.what
    assert registry(settings).processes == ()

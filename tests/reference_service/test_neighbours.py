"""What waits in a journal of this machine is known, or known to be unknown: never passed over."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from reference_service.resilience import Deadline, DependencyUnavailableError
from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.idempotency import Idempotency
from reference_service.writes.journal.journal_file import JournalFile
from reference_service.writes.journal.journal_lock import delete_journal
from reference_service.writes.journal.neighbours import Neighbours

ROOM = 10_000_000
GARBAGE = b"no journal at all " * 500
ONE = ChangeSet(
    "acme", "job-1", "actor", "r", 1, (Change("d", 5, ChangeKind.INDEX, "{}"),), Idempotency("key", b"f")
)


@pytest_asyncio.fixture
async def neighbours(tmp_path: Path) -> AsyncIterator[Neighbours]:
    made = Neighbours(tmp_path)
    yield made
    await made.close()


def in_time() -> Deadline:
    return Deadline.after(5.0, time.monotonic)


def journal(folder: Path, name: str, *sets: ChangeSet) -> Path:
    """A dead worker's."""
    path = folder / f"{name}.journal"
    file = JournalFile.open(path, ROOM)
    file.append(sets)
    file.close()
    return path


async def test_what_one_journal_has_is_found_and_what_none_has_is_surely_nowhere(
    neighbours: Neighbours, tmp_path: Path
) -> None:
    journal(tmp_path, "worker-0", ONE)
    journal(tmp_path, "worker-1", replace(ONE, job_id="job-2", idempotency=None))
    found = await neighbours.newest("acme", "d", 5.0)
    assert (found.newest, found.unsaid) == (ONE.changes[0], None)
    assert await neighbours.by_job("acme", "job-1", in_time()) == ONE
    assert await neighbours.by_key(ONE, in_time()) == ONE
    assert await neighbours.by_job("acme", "job-9", in_time()) is None
    assert (await neighbours.newest("acme", "e", 5.0)).unsaid is None


@pytest.mark.parametrize("ruin", ["garbage", "cut", "folder"])
async def test_of_an_unreadable_journal_nobody_says_that_it_holds_nothing(
    neighbours: Neighbours, tmp_path: Path, ruin: str, caplog: pytest.LogCaptureFixture
) -> None:
    journal(tmp_path, "worker-0", ONE)
    broken = journal(tmp_path, "worker-1", replace(ONE, job_id="job-2", idempotency=None))
    whole = broken.read_bytes()
    broken.unlink()
    if ruin == "folder":
        broken.mkdir()
    else:
        broken.write_bytes(GARBAGE if ruin == "garbage" else whole[:5000])
    for _ in range(3):
        found = await neighbours.newest("acme", "d", 5.0)
        # Another one has the document: it may not be the newest.
        assert found.newest == ONE.changes[0]
        assert "worker-1.journal cannot be read" in str(found.unsaid)
        assert await neighbours.by_key(ONE, in_time()) == ONE
        for question in (
            neighbours.by_job("acme", "job-2", in_time()),
            neighbours.by_key(replace(ONE, tenant_id="other"), in_time()),
            neighbours.newest_sets("acme", ["d"], in_time()),
        ):
            with pytest.raises(DependencyUnavailableError, match=r"worker-1\.journal cannot be read"):
                await question
    assert neighbours.unreadable == 1
    assert await neighbours.newest_sets("acme", [], in_time()) == ()
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [str(broken) in record.getMessage() for record in told] == [True]
    if ruin == "folder":
        broken.rmdir()
    broken.write_bytes(whole)
    found = await neighbours.newest("acme", "d", 5.0)
    assert (found.unsaid, neighbours.unreadable) == (None, 0)
    assert (await neighbours.by_job("acme", "job-2", in_time())) is not None


async def test_a_folder_that_cannot_be_looked_into_is_no_empty_one(
    neighbours: Neighbours, tmp_path: Path
) -> None:
    _replace_by_file(tmp_path)
    found = await neighbours.newest("acme", "d", 5.0)
    assert (found.newest, str(found.unsaid)) == (
        None,
        f"journal is unavailable: {tmp_path.name} cannot be read",
    )


def _replace_by_file(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("not a folder")


async def test_a_journal_that_is_being_made_or_is_removed_holds_nothing(
    neighbours: Neighbours, tmp_path: Path
) -> None:
    (tmp_path / "worker-0.journal").touch()
    half_made = sqlite3.connect(tmp_path / "worker-1.journal")
    half_made.execute("CREATE TABLE change_sets (refused TEXT)")
    half_made.commit()
    removed = journal(tmp_path, "worker-2", ONE)
    assert (await neighbours.newest("acme", "d", 5.0)).newest == ONE.changes[0]
    delete_journal(removed)
    found = await neighbours.newest("acme", "d", 5.0)
    assert (found.newest, found.unsaid) == (None, None)
    half_made.close()


async def test_a_journal_made_again_under_its_name_is_the_new_one(
    neighbours: Neighbours, tmp_path: Path
) -> None:
    for version in range(1, 20):
        path = journal(
            tmp_path, "worker-0", replace(ONE, changes=(replace(ONE.changes[0], version=version),))
        )
        found = await neighbours.newest("acme", "d", 5.0)
        assert (found.newest and found.newest.version, found.unsaid) == (version, None)
        delete_journal(path)


async def test_journals_that_come_and_go_are_never_unreadable(neighbours: Neighbours, tmp_path: Path) -> None:
    stop = asyncio.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            delete_journal(journal(tmp_path, "worker-0", ONE))

    coming = asyncio.create_task(asyncio.to_thread(come_and_go))
    try:
        for _ in range(300):
            assert (await neighbours.newest("acme", "d", 5.0)).unsaid is None
    finally:
        stop.set()
        await coming


async def test_a_disk_that_hangs_costs_a_request_its_share_of_the_time(
    neighbours: Neighbours, tmp_path: Path
) -> None:
    path = journal(tmp_path, "worker-0", ONE)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("DELETE FROM changes")
    found = await neighbours.newest("acme", "d", 0.02)
    assert "the disk did not answer in time" in str(found.unsaid)
    found = await neighbours.newest("acme", "d", 5.0)
    assert "cannot be read" in str(found.unsaid)
    holder.execute("ROLLBACK")
    holder.close()
    assert (await neighbours.newest("acme", "d", 5.0)).newest == ONE.changes[0]

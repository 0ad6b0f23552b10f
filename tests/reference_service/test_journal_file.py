"""The journal's file: what it was given is there after any death, and what PostgreSQL has is gone from it."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.idempotency import Idempotency
from reference_service.writes.journal.journal_file import JournalFile, JournalFullError
from reference_service.writes.journal.journal_lock import lock_for_worker, try_lock

ROOM = 10_000_000


def change_set(number: int, document: str | None = "{}", key: str | None = None) -> ChangeSet:
    kind = ChangeKind.INDEX if document is not None else ChangeKind.DELETE
    return ChangeSet(
        "acme",
        f"job-{number}",
        "actor",
        f"request-{number}",
        1_700_000_000_000 + number,
        (Change("d", number, kind, document), Change(f"only-{number}", number, kind, document)),
        Idempotency(key, b"f") if key is not None else None,
    )


def test_sets_come_back_as_they_were_given_oldest_first_until_they_are_removed(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    sets = [change_set(1), change_set(2, document=None), change_set(3, key="k")]
    assert file.append(sets) == sets
    file.close()
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    waiting = file.waiting(10)
    assert [kept.changes for kept in waiting] == sets
    assert (file.depth().waiting, file.depth().oldest_ms) == (3, 1_700_000_000_001)
    file.remove([waiting[0].sequence, waiting[1].sequence])
    assert [kept.changes for kept in file.waiting(10)] == sets[2:]


def test_the_newest_change_of_a_document_is_found_whatever_order_they_came_in(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    file.append([change_set(5), change_set(7, document=None), change_set(6)])
    newest = file.newest("acme", "d")
    assert newest is not None
    assert (newest.version, newest.kind) == (7, ChangeKind.DELETE)
    assert file.newest("other", "d") is None
    assert file.newest("acme", "nowhere") is None


def test_a_document_s_newest_change_is_had_in_its_set_without_the_others_and_the_key(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    file.append([change_set(5), change_set(6, key="k")])
    whole = change_set(6)
    assert file.newest_set("acme", "d") == replace(whole, changes=whole.changes[:1])
    assert file.newest_set("other", "d") is None


def test_a_set_that_is_being_removed_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    reader = JournalFile.open_for_reading(tmp_path / "a.journal")
    done = Event()

    def come_and_go() -> None:
        for _ in range(1000):
            file.append([change_set(1)])
            file.remove([kept.sequence for kept in file.waiting(1)])
        done.set()

    thread = Thread(target=come_and_go)
    thread.start()
    seen = set()
    while not done.is_set():
        found = reader.by_job("acme", "job-1")
        seen.add(None if found is None else len(found.changes))
    thread.join()
    assert seen == {None, 2}


def test_a_key_that_is_there_already_gives_its_first_set(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    first, second = change_set(1, key="k"), change_set(2, key="k")
    assert file.append([first, second]) == [first, first]
    assert file.append([second]) == [first]
    assert file.depth().waiting == 1


def test_a_set_that_was_refused_is_kept_apart_and_frees_its_key(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    file.append([change_set(1, key="k")])
    file.refuse(file.waiting(1)[0].sequence, "no such tenant")
    assert (file.depth().waiting, file.depth().refused, file.waiting(1)) == (0, 1, [])
    assert file.newest("acme", "d") is None
    (refused,) = file.refused(0, 10)
    assert (refused.changes.job_id, len(refused.changes.changes)) == ("job-1", 2)
    assert file.refused(refused.sequence, 10) == []
    second = change_set(2, key="k")
    assert file.append([second]) == [second]


def test_a_full_journal_refuses_a_batch_and_keeps_what_it_has(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", 200_000)
    file.append([change_set(1)])
    with pytest.raises(JournalFullError):
        file.append([change_set(2), change_set(3, document="x" * 300_000)])
    assert [kept.changes.job_id for kept in file.waiting(10)] == ["job-1"]
    file.append([change_set(4)])


def test_versions_are_remembered_though_nothing_waits(tmp_path: Path) -> None:
    file = JournalFile.open(tmp_path / "a.journal", ROOM)
    assert file.highest_version() == 0
    file.mark_version(41)
    file.mark_version(42)
    assert file.highest_version() == 42
    file.append([change_set(50)])
    assert file.highest_version() == 50


def test_what_was_kept_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    program = f"""
import os, signal
from pathlib import Path
from tests.reference_service.test_journal_file import change_set, ROOM
from reference_service.writes.journal.journal_file import JournalFile
file = JournalFile.open(Path({str(path)!r}), ROOM)
for number in range(1, 6):
    file.append([change_set(number)])
file._connection.execute("BEGIN IMMEDIATE")
file._insert(change_set(99))
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=60, env=os.environ)
    assert ended.returncode == -signal.SIGKILL
    file = JournalFile.open(path, ROOM)
    assert [kept.changes.job_id for kept in file.waiting(10)] == [f"job-{n}" for n in range(1, 6)]


def test_a_journal_has_one_holder_until_it_is_given_up(tmp_path: Path) -> None:
    first = lock_for_worker(tmp_path, 3)
    second = lock_for_worker(tmp_path, 3)
    assert first.journal != second.journal
    assert try_lock(first.journal) is None
    first.release()
    again = try_lock(first.journal)
    assert again is not None
    again.release()
    second.release()

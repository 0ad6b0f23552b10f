"""One journal: an SQLite file in write-ahead mode that is synced to disk with every commit."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.idempotency import Idempotency

SCHEMA = files(__package__).joinpath("journal.sql").read_text()
SELECT_ALL = (
    "SELECT sequence, tenant_id, job_id, actor, request_id, accepted_ms, key, fingerprint FROM change_sets"
)
SELECT_SETS = f"{SELECT_ALL} WHERE refused IS NULL"
PAGE_BYTES = 4096
BUSY_S = 1.0
BUSY_READING_S = 0.1  # a request waits for it
TABLES = 3
SUFFIX = ".journal"


class JournalFullError(Exception):
    """The journal has no room left: the set was not kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A change set in the file."""

    sequence: int
    changes: ChangeSet


@dataclass(frozen=True, slots=True)
class JournalDepth:
    """Sets that wait, since when the oldest does (None without any), and sets that PostgreSQL refused."""

    waiting: int
    oldest_ms: int | None
    refused: int


class JournalFile:
    """Blocking, and used from one thread at a time. Errors are sqlite3's, but for JournalFullError."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path, most_bytes: int) -> JournalFile:
        """The file at `path`, made if need be. With FULL, a commit is on the disk when it returns."""
        is_new = not path.exists()
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA max_page_count = {max(16, most_bytes // PAGE_BYTES)}")
        connection.executescript(SCHEMA)
        if is_new:
            _sync_folder(path.parent)
        return cls(path, connection)

    @classmethod
    def open_for_reading(cls, path: Path) -> JournalFile:
        """Somebody else's file."""
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=BUSY_READING_S,
            isolation_level=None,
            check_same_thread=False,
        )
        return cls(path, connection)

    def close(self) -> None:
        """Ends it; the write-ahead log is folded in."""
        self._connection.close()

    def is_made(self) -> bool:
        """Whether all that belongs into the file is there: nothing is kept in it before."""
        row = self._connection.execute("SELECT count(*) FROM sqlite_schema WHERE sql LIKE 'CREATE TABLE%'")
        return int(row.fetchone()[0]) >= TABLES

    def append(self, sets: Sequence[ChangeSet]) -> Sequence[ChangeSet]:
        """Keeps all of them with one sync; for a key that is here already, gives the set that it came with.

        Raises JournalFullError, and then has kept none.
        """
        try:
            with self._transaction():
                return [self._known(one) or self._insert(one) for one in sets]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise JournalFullError(str(self.path)) from error
            raise

    def waiting(self, most: int) -> Sequence[Kept]:
        """The oldest sets that wait to be replayed."""
        with self._snapshot():
            rows = self._connection.execute(f"{SELECT_SETS} ORDER BY sequence LIMIT ?", (most,)).fetchall()
            return [Kept(row[0], self._read_set(row)) for row in rows]

    def refused(self, after: int, most: int) -> Sequence[Kept]:
        """Sets that were laid aside, behind the sequence `after`, the oldest first."""
        with self._snapshot():
            rows = self._connection.execute(
                f"{SELECT_ALL} WHERE refused IS NOT NULL AND sequence > ? ORDER BY sequence LIMIT ?",
                (after, most),
            ).fetchall()
            return [Kept(row[0], self._read_set(row)) for row in rows]

    def remove(self, sequences: Sequence[int]) -> None:
        """Forgets sets that PostgreSQL has."""
        with self._transaction():
            self._connection.executemany(
                "DELETE FROM change_sets WHERE sequence = ?", [(sequence,) for sequence in sequences]
            )

    def refuse(self, sequence: int, reason: str) -> None:
        """Lays a set aside that PostgreSQL takes neither as it is nor as dead letters."""
        with self._transaction():
            self._connection.execute(
                "UPDATE change_sets SET refused = ?, key = NULL WHERE sequence = ?", (reason, sequence)
            )

    def newest(self, tenant_id: str, document_id: str) -> Change | None:
        """The newest change of a document that waits here."""
        row = self._connection.execute(
            "SELECT document_id, version, kind, document FROM changes JOIN change_sets USING (sequence)"
            " WHERE changes.tenant_id = ? AND document_id = ? AND refused IS NULL"
            " ORDER BY version DESC LIMIT 1",
            (tenant_id, document_id),
        ).fetchone()
        return _change(row) if row is not None else None

    def newest_set(self, tenant_id: str, document_id: str) -> ChangeSet | None:
        """The newest change of a document that waits here, in its set without the others and without its key.

        Brought into PostgreSQL ahead of the whole set, it leaves what the whole set leaves of it.
        """
        row = self._connection.execute(
            "SELECT tenant_id, job_id, actor, request_id, accepted_ms, document_id, version, kind, document"
            " FROM changes JOIN change_sets USING (sequence, tenant_id)"
            " WHERE tenant_id = ? AND document_id = ? AND refused IS NULL ORDER BY version DESC LIMIT 1",
            (tenant_id, document_id),
        ).fetchone()
        if row is None:
            return None
        tenant, job_id, actor, request_id, accepted_ms, *change = row
        return ChangeSet(tenant, job_id, actor, request_id, accepted_ms, (_change(tuple(change)),))

    def by_key(self, tenant_id: str, key: str) -> ChangeSet | None:
        """The set that was accepted with this idempotency key and waits here."""
        return self._find(f"{SELECT_SETS} AND tenant_id = ? AND key = ?", tenant_id, key)

    def by_job(self, tenant_id: str, job_id: str) -> ChangeSet | None:
        """The set of this job, if it waits here."""
        return self._find(f"{SELECT_SETS} AND tenant_id = ? AND job_id = ?", tenant_id, job_id)

    def depth(self) -> JournalDepth:
        """How much waits."""
        row = self._connection.execute(
            "SELECT count(*) FILTER (WHERE refused IS NULL), min(accepted_ms) FILTER (WHERE refused IS NULL),"
            " count(*) FILTER (WHERE refused IS NOT NULL) FROM change_sets"
        ).fetchone()
        return JournalDepth(row[0], row[1], row[2])

    def highest_version(self) -> int:
        """No version above this one was given by the worker, as far as the file knows; 0 if none."""
        row = self._connection.execute(
            "SELECT max((SELECT coalesce(max(version), 0) FROM clock),"
            " (SELECT coalesce(max(version), 0) FROM changes))"
        ).fetchone()
        return int(row[0])

    def mark_version(self, version: int) -> None:
        """Remembers that versions up to this one may have been given."""
        with self._transaction():
            self._connection.execute(
                "INSERT INTO clock VALUES (1, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
                (version,),
            )

    def _known(self, one: ChangeSet) -> ChangeSet | None:
        return self.by_key(one.tenant_id, one.idempotency.key) if one.idempotency is not None else None

    def _insert(self, one: ChangeSet) -> ChangeSet:
        key, fingerprint = (
            (one.idempotency.key, one.idempotency.fingerprint) if one.idempotency else (None, None)
        )
        cursor = self._connection.execute(
            "INSERT INTO change_sets (tenant_id, job_id, actor, request_id, accepted_ms, key, fingerprint)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (one.tenant_id, one.job_id, one.actor, one.request_id, one.accepted_ms, key, fingerprint),
        )
        self._connection.executemany(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
            [
                (cursor.lastrowid, one.tenant_id, c.document_id, c.version, c.kind.value, c.document_json)
                for c in one.changes
            ],
        )
        return one

    def _find(self, query: str, tenant_id: str, value: str) -> ChangeSet | None:
        with self._snapshot():
            row = self._connection.execute(query, (tenant_id, value)).fetchone()
            return self._read_set(row) if row is not None else None

    def _read_set(self, row: tuple[int, str, str, str, str, int, str | None, bytes | None]) -> ChangeSet:
        sequence, tenant_id, job_id, actor, request_id, accepted_ms, key, fingerprint = row
        rows = self._connection.execute(
            "SELECT document_id, version, kind, document FROM changes"
            " WHERE sequence = ? ORDER BY document_id",
            (sequence,),
        ).fetchall()
        idempotency = Idempotency(key, fingerprint) if key is not None and fingerprint is not None else None
        changes = tuple(_change(one) for one in rows)
        return ChangeSet(tenant_id, job_id, actor, request_id, accepted_ms, changes, idempotency)

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """A set and its changes are read as of one moment, though another process may be removing them."""
        if self._connection.in_transaction:
            yield
            return
        with self._transaction("DEFERRED"):
            yield

    @contextmanager
    def _transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        self._connection.execute(f"BEGIN {kind}")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _change(row: tuple[str, int, str, str | None]) -> Change:
    return Change(row[0], row[1], ChangeKind(row[2]), row[3])


def _sync_folder(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

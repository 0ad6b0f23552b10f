"""Accepts changes: gives each its version, makes them durable, and only then says so."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from reference_service.caching.answer_cache import AnswerCache
from reference_service.degradation import DegradationTable
from reference_service.documents.document import Document
from reference_service.identity.identity import Identity
from reference_service.jobs.job import Job
from reference_service.jobs.job_cache import JobCache
from reference_service.ports.changes import Changes, ContendedError, SupersededError
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.turns import Turns
from reference_service.writes.backlog import Backlog
from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.hybrid_clock import HybridClock
from reference_service.writes.idempotency import Idempotency
from reference_service.writes.journal.journal import Journal
from reference_service.writes.receipt import Outcome, Receipt, ReceiptItem

# Of those who change a document at once, each attempt lets one through.
ATTEMPTS = 50
FALLBACK_SHARE = 0.15  # of the deadline: the 0.3 s of an index, 1.5 s of a bulk


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that a client asks for: no document deletes; without an id the service gives one."""

    document_id: str | None
    document: Document | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Caches in which readers find at once what was accepted."""

    documents: AnswerCache
    jobs: JobCache


@dataclass(frozen=True, slots=True)
class AcceptReserves:
    """Seconds of the deadline that PostgreSQL does not get: for making the answer, and for the fallback.

    A request that has long for PostgreSQL is one that brings much, and the fallback has to write it, too.
    """

    answer_s: float
    fallback_s: float

    def before_fallback_s(self, deadline: Deadline) -> float:
        """What PostgreSQL leaves of this deadline."""
        return self.answer_s + max(self.fallback_s, FALLBACK_SHARE * deadline.remaining_s())


@dataclass(slots=True)
class _Draft:
    """A set whose versions are given anew where they turn out too old: the next store gets the newer ones.

    `deleting` are documents that it deletes and that wait in a journal, each in its set.
    """

    changes: ChangeSet
    deleting: Sequence[ChangeSet] = ()


@dataclass(frozen=True, slots=True)
class Stores:
    """Where changes become durable, and how many of them wait.

    The first two have the names of the table of degradation.
    """

    postgres: Changes
    journal: Journal
    backlog: Backlog


class Acceptor:
    """The one way in for changes: to the first store of the table of degradation that takes them."""

    def __init__(
        self,
        table: DegradationTable,
        stores: Stores,
        clock: HybridClock,
        shown: Shown,
        reserves: AcceptReserves,
        wake_relay: Callable[[], None],
    ) -> None:
        self._backlog = stores.backlog
        self._changes = stores.postgres
        self._journal = stores.journal
        steps = {"postgres": self._in_postgres, "journal": self._in_journal}
        self._stores = {name: table.chain(name, steps) for name in ("index", "delete", "bulk")}
        self._clock = clock
        self._shown = shown
        self._reserves = reserves
        self._wake_relay = wake_relay

    async def accept(
        self,
        operation: str,
        identity: Identity,
        wanted: Sequence[Wanted],
        idempotency: Idempotency | None,
        request_id: str,
        deadline: Deadline,
    ) -> Receipt:
        """Accepts all of them, or none. Of changes of one document the last one wins.

        The receipt has one item for each document, in the order in which they were first named. Raises
        KeyReusedError, DependencyUnavailableError (also when too many wait already, and when a journal that
        matters cannot be read), DeadlineExceededError.
        """
        self._backlog.require_room(identity.tenant_id)
        latest = {
            one.document_id or _new_id(identity.tenant_id, idempotency, place): one.document
            for place, one in enumerate(wanted)
        }
        deleted = [document_id for document_id, document in latest.items() if document is None]
        deleting = await self._journal.indexing(identity.tenant_id, deleted, deadline)
        for change in chain.from_iterable(waiting.changes for waiting in deleting):
            # Accepted by a worker whose clock may be ahead: what deletes it must have a higher version.
            self._clock.observe(change.version)
        changes = ChangeSet(
            identity.tenant_id,
            f"job-{secrets.token_hex(16)}",
            identity.key_hash.hex()[:16],
            request_id,
            self._clock.now_ms(),
            await self._all_changes(latest),
            idempotency,
        )
        receipt = await self._journal.known(changes, deadline) or await self._make_durable(
            operation, _Draft(changes, deleting), deadline
        )
        if not receipt.replayed:
            self._backlog.accepted(identity.tenant_id, len(changes.changes))
            self._shown.jobs.keep(identity.tenant_id, Job.of_receipt(receipt, changes.accepted_ms))
        await self._show(changes, receipt, latest, deadline)
        by_id = {item.document_id: item for item in receipt.items}
        order = {document_id: place for place, document_id in enumerate(latest)}
        items = sorted(by_id.values(), key=lambda item: order.get(item.document_id, 0))
        return replace(receipt, items=tuple(items))

    async def _make_durable(self, operation: str, draft: _Draft, deadline: Deadline) -> Receipt:
        missed: list[str] = []
        for store in self._stores[operation]:
            try:
                receipt = await store(draft, deadline)
            except DependencyUnavailableError as error:
                # It may have been made all the same, its answer lost: the journal's replay is harmless then.
                missed.append(error.dependency)
                last: Exception = error
            except DeadlineExceededError as error:
                missed.append("deadline")
                last = error
            else:
                return replace(receipt, missed=tuple(missed))
        raise last

    async def _in_postgres(self, draft: _Draft, deadline: Deadline) -> Receipt:
        reserve_s = self._reserves.before_fallback_s(deadline)
        for _ in range(ATTEMPTS):
            try:
                # PostgreSQL takes a deletion only of what it knows of.
                for waiting in draft.deleting:
                    await self._changes.replay(waiting, deadline, reserve_s)
                receipt = await self._changes.accept(draft.changes, deadline, reserve_s)
            except SupersededError as error:
                # Another worker's clock is ahead: go on above what it gave.
                self._clock.observe(error.version)
                newer = tuple(replace(c, version=self._clock.next_version()) for c in draft.changes.changes)
                draft.changes = replace(draft.changes, changes=newer)
            except ContendedError:
                continue
            else:
                self._wake_relay()
                return receipt
        raise DependencyUnavailableError("postgres", "these documents are being changed by many at once")

    async def _in_journal(self, draft: _Draft, deadline: Deadline) -> Receipt:
        return await self._journal.accept(draft.changes, deadline)

    async def _all_changes(self, latest: Mapping[str, Document | None]) -> tuple[Change, ...]:
        changes, turns = [], Turns()
        for document_id in sorted(latest):
            changes.append(self._change(document_id, latest[document_id]))
            await turns.give()
        return tuple(changes)

    def _change(self, document_id: str, document: Document | None) -> Change:
        version = self._clock.next_version()
        if document is None:
            return Change(document_id, version, ChangeKind.DELETE, None)
        return Change(document_id, version, ChangeKind.INDEX, document.stored_json())

    async def _show(
        self, changes: ChangeSet, receipt: Receipt, latest: dict[str, Document | None], deadline: Deadline
    ) -> None:
        """Lets every worker's readers see the changes at once, though Elasticsearch has yet to get them."""
        shown = (item for item in receipt.items if item.outcome is Outcome.ACCEPTED and item.is_newest)
        entries = ((item.document_id, item.version, _body(latest, item)) for item in shown)
        # They are accepted: a cache that does not answer must not take the time in which to say so.
        by_then = deadline.before(self._reserves.answer_s)
        await self._shown.documents.put_versions(changes.tenant_id, entries, changes.accepted_ms, by_then)


def _body(latest: dict[str, Document | None], item: ReceiptItem) -> bytes:
    """What readers get; empty for a deleted document."""
    document = latest[item.document_id]
    return document.body(item.document_id, item.version) if document is not None else b""


def _new_id(tenant_id: str, idempotency: Idempotency | None, place: int) -> str:
    """A fresh id; the same one for a request that is sent again, wherever its first answer was lost."""
    if idempotency is None:
        return secrets.token_hex(16)
    text = f"{tenant_id}\0{place}\0{idempotency.key}".encode()
    return hmac.digest(idempotency.fingerprint, text, "sha256").hex()[:32]

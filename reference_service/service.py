"""Puts the parts together and runs what runs beside requests."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial

from reference_service.background import keep_running
from reference_service.caching.assembly import caching_parts
from reference_service.degradation import DegradationTable, load_table
from reference_service.documents.holders import HolderPorts, Holders, Reserves
from reference_service.documents.known_documents import KnownDocuments, KnownDocumentsPolicy
from reference_service.documents.reader import DocumentReader
from reference_service.errors import CannotStartError
from reference_service.health import Health
from reference_service.http.admin_handler import AdminHandler
from reference_service.http.application import Handlers, budgets, make_application
from reference_service.http.body import BodyBounds
from reference_service.http.dead_letters_handler import DeadLettersHandler
from reference_service.http.documents_handler import DocumentsHandler
from reference_service.http.envelope import Envelope
from reference_service.http.gate import Gate
from reference_service.http.health_handler import HealthHandler
from reference_service.http.jobs_handler import JobsHandler
from reference_service.http.search_handler import SearchHandler
from reference_service.http.strangers import Strangers
from reference_service.http.tokens_handler import TokensHandler
from reference_service.identity.assembly import identity_parts
from reference_service.jobs.job_cache import JobCache
from reference_service.jobs.job_reader import JobReader
from reference_service.limits.address_limiter import AddressLimiter
from reference_service.limits.body_room import BodyRoom
from reference_service.limits.client_address import ClientAddress
from reference_service.limits.rate_limiter import RateLimiter
from reference_service.limits.tenant_bulkheads import TenantBulkheads
from reference_service.observability.logs import RequestLog, log_sink
from reference_service.observability.metrics import Metrics
from reference_service.observability.observer import Observer
from reference_service.observability.publisher import Observed, Publisher
from reference_service.observability.relay_report import RelayReport
from reference_service.observability.shared_metrics import metrics_folder
from reference_service.ports.assembly import Ports
from reference_service.ports.outbox_batch import Batch
from reference_service.resilience import Backoff
from reference_service.search.assembly import SearchNeeds, search_parts
from reference_service.search.cursor import CursorCodec
from reference_service.settings import Settings
from reference_service.upkeep.assembly import upkeep
from reference_service.writes.acceptor import Acceptor, AcceptReserves, Shown, Stores
from reference_service.writes.backlog import Backlog
from reference_service.writes.hybrid_clock import HybridClock
from reference_service.writes.journal.drainer import Drainer, DrainPolicy
from reference_service.writes.journal.journal import Journal
from reference_service.writes.journal.neighbours import Neighbours
from reference_service.writes.relay import Relay, RelayPolicy

log = logging.getLogger(__name__)
CLOCK_AHEAD_MS = 10_000


class Service:
    """One worker: its ports, its application, and its background tasks."""

    def __init__(self, settings: Settings, now_s: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self.ports = ports = Ports(settings, now_s)
        self.metrics = Metrics(settings.tenant_labels, metrics_folder(settings))
        self.request_log = RequestLog(log_sink(), settings.log_level in ("DEBUG", "INFO"))

        table = load_table()
        who = identity_parts(settings, table, ports.identities, now_s)
        self.identifier = who.identifier

        def per_address(limit: int) -> AddressLimiter:
            return AddressLimiter(
                limit, settings.burst, settings.limit_window_s, settings.address_bound, now_s
            )

        addresses = per_address(settings.address_limit)
        limiter = RateLimiter(table, ports.redis_state, addresses, settings.burst, settings.limit_window_s)
        self.bulkheads = TenantBulkheads()
        strangers = Strangers(
            ClientAddress(settings.trusted_proxies),
            per_address(settings.refresh_address_limit),
            per_address(settings.address_limit),
        )
        gate = Gate(self.identifier, limiter, strangers, self.bulkheads)

        caching = caching_parts(settings, ports.redis_cache, _now_ms, now_s)
        self._invalidation = caching.invalidation
        self._searches, self._documents, self._jobs = caching.searches, caching.documents, caching.jobs
        job_cache = JobCache(self._jobs)
        policy = RelayPolicy(
            Batch(settings.relay_batch, settings.relay_batch_bytes),
            settings.relay_poll_ms / 1000,
            settings.relay_limit_s,
            settings.outbox_keep_s,
            Backoff(settings.relay_retry_s, settings.relay_retry_most_s, random.random),
        )
        self.health = Health(ports.prober, lambda: self.identifier.known, settings.outbox_late_s)
        self.relay = Relay(
            ports.outbox,
            ports.elasticsearch,
            policy,
            now_s,
            RelayReport(self.metrics, self.health, self._invalidation),
        )
        reserve_s = settings.answer_reserve_s
        self.clock = HybridClock(settings.worker, _now_ms)
        folder = settings.journal_dir.expanduser()
        self.journal = Journal(folder, settings.worker, settings.journal_bytes, reserve_s)
        self._neighbours = Neighbours(folder)
        self._drainer = Drainer(
            folder,
            ports.changes,
            DrainPolicy(
                settings.journal_poll_ms / 1000, settings.journal_refused_every_s, settings.journal_bytes
            ),
            now_s,
            self.relay.wake,
        )
        self._backlog = Backlog(settings.outbox_high_water, settings.outbox_tenant_share)
        acceptor = Acceptor(
            table,
            Stores(ports.changes, self.journal, self._backlog),
            self.clock,
            Shown(self._documents, job_cache),
            AcceptReserves(reserve_s, settings.journal_reserve_s),
            self.relay.wake,
        )
        # The outbox must have what the filter lacks: a filter lives half as long as the outbox keeps rows.
        known_policy = KnownDocumentsPolicy(
            settings.known_documents,
            min(settings.known_renew_s, settings.outbox_keep_s / 4),
            settings.outbox_keep_s / 2,
        )
        self._known = KnownDocuments(ports.document_names, known_policy, now_s)
        reader = DocumentReader(
            table,
            Holders(
                HolderPorts(ports.elasticsearch, ports.postgres, self._neighbours, self._known),
                Reserves(settings.live_reserve_s, settings.outbox_reserve_s, reserve_s),
            ),
            self._documents,
        )
        job_reader = JobReader(table, ports.jobs, self._neighbours, job_cache, reserve_s)
        needs = SearchNeeds(
            ports,
            self._searches,
            CursorCodec(who.peppers.present),
            self.metrics.search_results,
            self._known.has_any,
            now_s,
        )
        searching = search_parts(settings, table, needs)
        self._warmer = searching.warmer
        observed = Observed(
            self.health, ports.prober, ports.pool, self.bulkheads, self._invalidation, self._neighbours
        )
        self._publisher = Publisher(self.metrics, observed, _now_ms)
        sessions = _sole(table, ("token", "refresh", "revoke"), "postgres", ports.sessions)
        administration = _sole(table, ("admin",), "postgres", ports.tenant_admin)
        small = BodyBounds(settings.small_body_bytes)
        dead_letters = _sole(table, ("admin",), "postgres", ports.dead_letters)
        handlers = Handlers(
            SearchHandler(gate, searching.searcher, searching.bounds, small),
            DocumentsHandler(
                gate,
                reader,
                acceptor,
                BodyRoom(settings.bodies_bytes),
                settings.body_bytes,
                settings.bulk_operations,
            ),
            JobsHandler(gate, job_reader),
            TokensHandler(gate, who.tokens, sessions, who.peppers, settings.session_life_s, small),
            AdminHandler(gate, administration, limiter, who.peppers, _now, small),
            DeadLettersHandler(gate, dead_letters),
            _sole(table, ("health",), "process", HealthHandler(self.health, self._publisher, self.metrics)),
        )
        self.envelope = Envelope(
            budgets(settings),
            settings.search_deadline_s,
            self.metrics,
            self.request_log,
            now_s,
            lambda: self.health.closing,
        )
        self.application = make_application(handlers, self.envelope, settings.body_bytes)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Learns the valid keys and starts what runs beside requests. Starts without any dependency, too."""
        try:
            own, highest = await self.journal.open()
        except (OSError, sqlite3.Error) as error:
            folder = self._settings.journal_dir
            raise CannotStartError(
                "SERVICE_JOURNAL_DIR", folder, error, "A folder that takes files"
            ) from error
        self.clock.observe(highest)
        await self._mark_clock()
        await self.identifier.begin()
        with contextlib.suppress(TimeoutError):
            await self.ports.warm()
        self.ports.prober.start()
        observer = Observer(self.health, self.ports.outbox, self.ports.elasticsearch, self._backlog)
        background: Mapping[str, Callable[[], Awaitable[None]]] = {
            "relay": self.relay.run,
            "invalidation": partial(self._invalidation.run, time.monotonic),
            "drainer": partial(self._drainer.run, own),
            "identities": self.identifier.keep_fresh,
            "observer": observer.run,
            "publisher": self._publisher.run,
            "warmer": self._warmer.run,
            "known documents": self._known.run,
            "clock": self._keep_clock,
            "upkeep": upkeep(self._settings, self.ports, time.monotonic).run,
        }
        self._tasks = [asyncio.create_task(keep_running(name, work)) for name, work in background.items()]
        await self._warmer.warm()
        self.health.started = True

    async def stop(self, limit_s: float) -> None:
        """Ends background work and closes connections within `limit_s`; requests must have ended before.

        What does not end in time is left: what was acknowledged is in PostgreSQL or on the disk already.
        """
        try:
            async with asyncio.timeout(limit_s):
                await self._settle(limit_s / 2)
        except TimeoutError:
            log.warning("what runs beside requests did not end within %g s", limit_s)
        self.request_log.flush()

    async def _settle(self, batch_s: float) -> None:
        relaying = self._tasks[0]
        self.relay.finish()
        await asyncio.wait({relaying}, timeout=batch_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.journal.close()
        await asyncio.gather(self._searches.settle(), self._documents.settle(), self._jobs.settle())
        await self._neighbours.close()
        await self.ports.close()

    async def _keep_clock(self) -> None:
        while True:
            await asyncio.sleep(CLOCK_AHEAD_MS / 2000)
            await self._mark_clock()

    async def _mark_clock(self) -> None:
        """Versions never go back, over restarts, too, though the time of day may."""
        await self.journal.mark_version(self.clock.bound(CLOCK_AHEAD_MS))


def _sole[S](table: DegradationTable, operations: Iterable[str], name: str, source: S) -> S:
    """The source, for operations that have no other. Raises TableError when the table gives one another."""
    for operation in operations:
        table.chain(operation, {name: source})
    return source


def _now() -> datetime:
    return datetime.now(UTC)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000

"""Runs one schedule against real services, and gathers what they leave."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import aiohttp
import asyncpg
from redis.asyncio import Redis

from tests.reference_service.degradation.cell import addresses
from tests.reference_service.durability.oracle import Acknowledged, Aftermath, Found, Sent, contradictions
from tests.reference_service.durability.schedule import (
    WORKERS,
    Death,
    Kind,
    Outage,
    Schedule,
    Write,
    make_schedule,
)
from tests.reference_service.durability.sightings import MaybeDeleted, Sighting, denials
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import PREFIX, Reply, ServiceProcess, Tenant, TestBed

FIRST_OFFSET = 91
ANSWER_WITHIN_S = 12.0
SETTLE_WITHIN_S = 60.0
UNHEARD = {"postgres", "deadline"}
"""An answer that says so may lack what only the outbox has: PostgreSQL was away, or somebody was too late."""
UNANSWERED = (aiohttp.ClientError, OSError, TimeoutError)


@dataclass
class Ledger:
    """What clients know of their writes; `durable` counts acknowledgements by where they were durable."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    unknown: set[Sent] = field(default_factory=set)
    maybe_deleted: list[MaybeDeleted] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    durable: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def is_unknown(self, write: Write, sent_s: float) -> None:
        """Nobody told what became of it."""
        self.unknown.update(Sent(document, write.new_marker) for document in write.documents)
        if write.new_marker is None:
            self.maybe_deleted += [MaybeDeleted(document, sent_s) for document in write.documents]


@dataclass(frozen=True)
class Outcome:
    """What a trial came to; `broken` is empty when every promise was kept."""

    seed: int
    broken: tuple[str, ...]
    acknowledged: int
    local: int
    unknown: int
    refused: int
    seen: int = 0
    admitted: int = 0
    """Of the answers seen: those that said that they may be old."""


class Laboratory:
    """Two services that share a folder of journals, and what breaks them."""

    def __init__(self, bed: TestBed, proxies: Proxies, tenant: Tenant) -> None:
        self._bed = bed
        self._proxies = proxies
        self._tenant = tenant
        self._addresses = addresses()
        self.services = [self._service(number) for number in range(WORKERS)]

    async def start(self) -> None:
        await asyncio.gather(*(service.start() for service in self.services))

    async def stop(self) -> None:
        await asyncio.gather(*(service.stop() for service in self.services))

    async def run(self, seed: int) -> Outcome:
        """One trial, from ready to drained."""
        schedule = make_schedule(seed)
        await asyncio.gather(*(service.wait_for("ready", 30) for service in self.services))
        await self._forget_limits()
        ledger = Ledger()
        started_s = _now_s()
        async with asyncio.TaskGroup() as group:
            for write in schedule.writes:
                group.create_task(self._write(write, started_s, ledger))
            for outage in schedule.outages:
                group.create_task(self._outage(outage, started_s))
            for death in schedule.deaths:
                group.create_task(self._death(death, started_s))
        await self._proxies.heal_all()
        await asyncio.gather(*(service.wait_for("ready", 30) for service in self.services))
        aftermath = await self._aftermath(schedule)
        broken = (
            *contradictions(ledger.acknowledged, ledger.unknown, aftermath),
            *denials(ledger.acknowledged, ledger.maybe_deleted, ledger.sightings),
        )
        return Outcome(
            seed,
            broken,
            len(ledger.acknowledged),
            ledger.durable["local"],
            len(ledger.unknown),
            ledger.refused,
            len(ledger.sightings),
            sum(one.admits for one in ledger.sightings),
        )

    async def _forget_limits(self) -> None:
        state = Redis.from_url(self._bed.redis_state_url)
        await state.flushdb()
        await state.aclose()

    def _service(self, number: int) -> ServiceProcess:
        port = self._bed.ports.port_base + FIRST_OFFSET + number
        # Quick probes: a trial waits for recovery many times.
        settings = {"SERVICE_WORKER": str(number + 10), "SERVICE_PROBE_INTERVAL_S": "0.2"}
        return ServiceProcess(self._bed, port, **settings)

    async def _write(self, write: Write, started_s: float, ledger: Ledger) -> None:
        await _until(started_s + write.at_s)
        sent_s = _now_s()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                reply = await self._send(write)
        except UNANSWERED:
            ledger.is_unknown(write, sent_s)
            return
        if reply.status == 202:
            ledger.durable[str(reply.json["durability"])] += 1
            items = reply.json["items"] if write.kind is Kind.BULK else [reply.json]
            assert isinstance(items, list)
            ledger.acknowledged += [
                Acknowledged(item["id"], item["version"], write.new_marker, sent_s, _now_s())
                for item in items
            ]
            await asyncio.gather(
                *(self._read(service, write.documents[0], ledger) for service in self.services)
            )
        elif reply.status == 404:
            ledger.refused += 1
            ledger.sightings.append(Sighting(write.documents[0], sent_s, _now_s(), None))
        elif reply.status == 429:
            ledger.refused += 1
        else:
            # A 503 may come from a commit whose answer was lost.
            assert reply.status == 503, reply
            ledger.refused += 1
            ledger.is_unknown(write, sent_s)

    async def _read(self, service: ServiceProcess, document: str, ledger: Ledger) -> None:
        """Whoever reads just after an acknowledgement, from whichever worker, knows of it."""
        asked_s = _now_s()
        headers = self._from_anywhere()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                reply = await service.call("GET", f"/documents/{document}", self._tenant, headers=headers)
        except UNANSWERED:
            return
        if reply.status in (200, 404):
            version = int(str(reply.json["version"])) if reply.status == 200 else None
            admits = reply.source == "stale" or not reply.degraded.isdisjoint(UNHEARD)
            said = f" ({reply.source}, without {', '.join(sorted(reply.degraded)) or 'nothing'})"
            ledger.sightings.append(Sighting(document, asked_s, _now_s(), version, admits, said))
        else:
            assert reply.status in (429, 503), reply

    async def _send(self, write: Write) -> Reply:
        service = self.services[write.worker]
        headers = self._from_anywhere()
        if write.key is not None:
            headers["Idempotency-Key"] = write.key
        if write.kind is Kind.DELETE:
            return await service.call(
                "DELETE", f"/documents/{write.documents[0]}", self._tenant, headers=headers
            )
        documents = [{"id": name, "title": write.marker, "content": "c"} for name in write.documents]
        if write.kind is Kind.INDEX:
            return await service.call("POST", "/documents", self._tenant, documents[0], headers)
        body = {"operations": [{"index": document} for document in documents]}
        return await service.call("POST", "/bulk", self._tenant, body, headers)

    def _from_anywhere(self) -> dict[str, str]:
        """An address of its own, so that no address limit is met while the state Redis is away."""
        return {"X-Forwarded-For": next(self._addresses)}

    async def _outage(self, outage: Outage, started_s: float) -> None:
        await _until(started_s + outage.at_s)
        async with self._broken(outage):
            await _until(started_s + outage.at_s + outage.duration_s)

    def _broken(self, outage: Outage) -> AbstractAsyncContextManager[None]:
        broken = self._proxies.refused if outage.fault == "refused" else self._proxies.hung
        return broken(outage.dependency)

    async def _death(self, death: Death, started_s: float) -> None:
        await _until(started_s + death.at_s)
        await self.services[death.worker].kill_and_restart()

    async def _aftermath(self, schedule: Schedule) -> Aftermath:
        pattern = f"s{schedule.seed}-%"
        owner = await self._bed.connect(self._bed.owner_dsn)
        try:
            await self._drained(owner)
            audited = await owner.fetch(
                "SELECT document_id, version, count(*) FROM audit_log"
                " WHERE tenant_id = $1 AND document_id LIKE $2 GROUP BY 1, 2",
                self._tenant.id,
                pattern,
            )
            newest = await owner.fetch(
                "SELECT document_id, version FROM document_metadata"
                " WHERE tenant_id = $1 AND document_id LIKE $2",
                self._tenant.id,
                pattern,
            )
        finally:
            await owner.close()
        documents = sorted({name for write in schedule.writes for name in write.documents})
        return Aftermath(
            await self._indexed(documents),
            {(row[0], row[1]) for row in audited},
            {row[0]: row[1] for row in newest},
            [(row[0], row[1]) for row in audited if row[2] > 1],
        )

    async def _drained(self, owner: asyncpg.Connection) -> None:
        """Journals empty, outbox carried: from then on nothing changes any more."""
        async with asyncio.timeout(SETTLE_WITHIN_S):
            while await self._waiting_in_journals() or await owner.fetchval(
                "SELECT count(*) FROM outbox WHERE indexed_at IS NULL"
            ):
                await asyncio.sleep(0.05)

    async def _waiting_in_journals(self) -> float:
        depths = [await service.metric("journal_waiting_sets") for service in self.services]
        return max(depths)

    async def _indexed(self, documents: list[str]) -> dict[str, Found]:
        address = f"{self._bed.elasticsearch_url}/{PREFIX}-{self._tenant.id}/_mget"
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, json={"ids": documents}) as response,
        ):
            found = (await response.json())["docs"]
        return {
            one["_id"]: Found(one["_version"], one["_source"]["title"]) for one in found if one.get("found")
        }


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _until(at_s: float) -> None:
    await asyncio.sleep(max(0.0, at_s - _now_s()))

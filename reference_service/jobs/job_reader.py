"""Where a job's state is read from: the sources of the table of degradation, until one answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import Freshness, Lookup
from reference_service.caching.single_flight import SingleFlight
from reference_service.degradation import DegradationTable
from reference_service.errors import JobNotFoundError
from reference_service.jobs.job import DocumentState, Job, JobDocument
from reference_service.jobs.job_cache import JobCache
from reference_service.ports.jobs import CEILING_S, Jobs
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.journal.neighbours import NAME as JOURNAL
from reference_service.writes.journal.neighbours import Neighbours
from reference_service.writes.receipt import Durability


@dataclass(slots=True)
class Ask:
    """Which job, whose, by when, and what the cache said of it.

    `missed` are those who did not say anything on the way.
    """

    tenant_id: str
    job_id: str
    kept: Lookup
    deadline: Deadline
    missed: list[str]


class JobReader:
    """Tells what is, or says how old it is: no poll takes an old state for the present one."""

    def __init__(
        self, table: DegradationTable, jobs: Jobs, journals: Neighbours, cache: JobCache, reserve_s: float
    ) -> None:
        self._jobs = jobs
        self._journals = journals
        self._cache = cache
        self._reserve_s = reserve_s
        self._flights: SingleFlight[Job | None] = SingleFlight("postgres")
        steps = {
            "cache": self._cached,
            "journal": self._journaled,
            "outbox": self._in_outbox,
            "stale": self._stale,
        }
        self._sources = table.chain("job", steps)

    async def look_up(self, tenant_id: str, job_id: str, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, job_id, deadline)

    async def answer(self, tenant_id: str, job_id: str, kept: Lookup, deadline: Deadline) -> Answer:
        """The job's state. Raises JobNotFoundError, DependencyUnavailableError when nobody can tell."""
        ask = Ask(tenant_id, job_id, kept, deadline, [kept.missed] if kept.missed else [])
        for source in self._sources:
            try:
                answer = await source(ask)
            except DependencyUnavailableError as error:
                ask.missed.append(error.dependency)
            except DeadlineExceededError:
                ask.missed.append("deadline")
            else:
                if answer is not None:
                    return replace(answer, degraded=tuple(ask.missed))
        unsaid = JOURNAL if JOURNAL in ask.missed and "postgres" not in ask.missed else "postgres"
        raise DependencyUnavailableError(unsaid, "nobody else knows this job", 3.0, tuple(ask.missed))

    async def _cached(self, ask: Ask) -> Answer | None:
        return _from_cache(ask.kept, Source.CACHE) if ask.kept.freshness is Freshness.FRESH else None

    async def _journaled(self, ask: Ask) -> Answer | None:
        waiting = await self._journals.by_job(ask.tenant_id, ask.job_id, ask.deadline)
        return Answer(_waiting_job(waiting).body(), Source.LIVE) if waiting else None

    async def _in_outbox(self, ask: Ask) -> Answer | None:
        within_s = ask.deadline.share_s(CEILING_S, self._reserve_s)
        found = await self._flights.run(f"{ask.tenant_id} {ask.job_id}", lambda: self._load(ask), within_s)
        if found is None:
            if ask.kept.freshness is Freshness.STALE or JOURNAL in ask.missed:
                return None  # it was seen lately, or may be: in another machine's journal, or an unread one
            # The journals here did not have it either, and what leaves them is in the outbox by then.
            raise JobNotFoundError(ask.job_id)
        return Answer(found.body(), Source.LIVE)

    async def _load(self, ask: Ask) -> Job | None:
        found = await self._jobs.find(ask.tenant_id, ask.job_id, ask.deadline, self._reserve_s)
        if found is not None and found.body() != ask.kept.body:
            self._cache.keep(ask.tenant_id, found)
        return found

    async def _stale(self, ask: Ask) -> Answer | None:
        return _from_cache(ask.kept, Source.STALE) if ask.kept.freshness is Freshness.STALE else None


def _waiting_job(changes: ChangeSet) -> Job:
    documents = tuple(JobDocument(c.document_id, c.version, DocumentState.ACCEPTED) for c in changes.changes)
    return Job(changes.job_id, changes.accepted_ms, None, Durability.LOCAL, documents)


def _from_cache(kept: Lookup, source: Source) -> Answer:
    return Answer(kept.body, source, kept.age_s)

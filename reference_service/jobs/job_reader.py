"""Where a job's state is read from: the sources of the table of degradation, until one answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.degradation import DegradationTable
from reference_service.errors import JobNotFoundError
from reference_service.jobs.job import Job
from reference_service.ports.jobs import Jobs
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.journal.neighbours import Neighbours
from reference_service.writes.receipt import Durability


@dataclass(frozen=True, slots=True)
class Ask:
    """Which job, whose, by when, and what the cache said of it."""

    tenant_id: str
    job_id: str
    kept: Lookup
    deadline: Deadline


class JobReader:
    """Only what will not change is kept (30 min: the analysis, section 1.1): no poll sees an old state."""

    def __init__(
        self,
        table: DegradationTable,
        jobs: Jobs,
        journals: Neighbours,
        cache: AnswerCache,
        reserve_s: float,
    ) -> None:
        self._jobs = jobs
        self._journals = journals
        self._cache = cache
        self._reserve_s = reserve_s
        steps = {"cache": self._cached, "journal": self._journaled, "outbox": self._in_outbox}
        self._sources = table.chain("job", steps)

    async def look_up(self, tenant_id: str, job_id: str, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, job_id, deadline)

    async def answer(self, tenant_id: str, job_id: str, kept: Lookup, deadline: Deadline) -> Answer:
        """The job's state. Raises JobNotFoundError, DependencyUnavailableError when nobody can tell."""
        missed = [kept.missed] if kept.missed else []
        for source in self._sources:
            try:
                answer = await source(Ask(tenant_id, job_id, kept, deadline))
            except DependencyUnavailableError as error:
                missed.append(error.dependency)
            except DeadlineExceededError:
                missed.append("deadline")
            else:
                if answer is not None:
                    return replace(answer, degraded=tuple(missed))
        if "postgres" in missed or "deadline" in missed:
            raise DependencyUnavailableError("postgres", "only the outbox knows this job", 3.0)
        raise JobNotFoundError(job_id)

    async def _cached(self, ask: Ask) -> Answer | None:
        if ask.kept.freshness is Freshness.MISS:
            return None
        return Answer(ask.kept.body, Source.CACHE, ask.kept.age_s)

    async def _journaled(self, ask: Ask) -> Answer | None:
        waiting = await self._journals.by_job(ask.tenant_id, ask.job_id)
        if waiting is None:
            return None
        job = Job(ask.job_id, waiting.accepted_ms, len(waiting.changes), 0, 0, Durability.LOCAL.value)
        return Answer(job.body(), Source.LIVE)

    async def _in_outbox(self, ask: Ask) -> Answer | None:
        found = await self._jobs.find(ask.tenant_id, ask.job_id, ask.deadline, self._reserve_s)
        if found is None:
            return None
        body = found.body()
        if found.is_over:
            self._cache.store(ask.tenant_id, ask.job_id, body)
        return Answer(body, Source.LIVE)

"""Where a job's state is read from: kept and over, the outbox, a journal."""

from __future__ import annotations

from reference_service.answer import Answer, Source
from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.errors import JobNotFoundError
from reference_service.jobs.job import Job
from reference_service.ports.jobs import Jobs
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.journal.neighbours import Neighbours
from reference_service.writes.receipt import Durability


class JobReader:
    """Only what will not change is kept (30 min: the analysis, section 1.1): no poll sees an old state."""

    def __init__(self, jobs: Jobs, journals: Neighbours, cache: AnswerCache, reserve_s: float) -> None:
        self._jobs = jobs
        self._journals = journals
        self._cache = cache
        self._reserve_s = reserve_s

    async def look_up(self, tenant_id: str, job_id: str, deadline: Deadline) -> Lookup:
        """The kept answer; apart from `answer`, so that it can be asked for while the limit is."""
        return await self._cache.look_up(tenant_id, job_id, deadline)

    async def answer(self, tenant_id: str, job_id: str, kept: Lookup, deadline: Deadline) -> Answer:
        """The job's state. Raises JobNotFoundError, DependencyUnavailableError when nobody can tell."""
        if kept.freshness is not Freshness.MISS:
            return Answer(kept.body, Source.CACHE, kept.age_s)
        missed = (kept.missed,) if kept.missed else ()
        waiting = await self._journals.by_job(tenant_id, job_id)
        if waiting is not None:
            count = len(waiting.changes)
            job = Job(job_id, waiting.accepted_ms, count, 0, 0, Durability.LOCAL.value)
            return Answer(job.body(), Source.LIVE, degraded=missed)
        try:
            found = await self._jobs.find(tenant_id, job_id, deadline, self._reserve_s)
        except DeadlineExceededError as error:
            raise DependencyUnavailableError("postgres", "too late to ask for the job") from error
        if found is None:
            raise JobNotFoundError(job_id)
        body = found.body()
        if found.is_over:
            self._cache.store(tenant_id, job_id, body)
        return Answer(body, Source.LIVE, degraded=missed)

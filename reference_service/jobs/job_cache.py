"""Jobs as they were last seen, in the cache Redis (30 min: the analysis, section 1.1)."""

from __future__ import annotations

from reference_service.caching.answer_cache import AnswerCache, Freshness, Lookup
from reference_service.jobs.job import Job, is_over
from reference_service.resilience import Deadline


class JobCache:
    """A job that is over is as good from here as from PostgreSQL; any other is for while that is away."""

    def __init__(self, answers: AnswerCache) -> None:
        self._answers = answers

    async def look_up(self, tenant_id: str, job_id: str, deadline: Deadline) -> Lookup:
        """What is kept of it: fresh when the job is over, stale when it may have gone on. Raises nothing."""
        kept = await self._answers.look_up(tenant_id, job_id, deadline)
        if kept.freshness is Freshness.FRESH and not is_over(kept.body):
            return Lookup(Freshness.STALE, kept.body, kept.age_s)
        return kept

    def keep(self, tenant_id: str, job: Job) -> None:
        """Keeps it, later, unless the job is kept as it was when it had come further."""
        self._answers.store_version(tenant_id, job.job_id, job.settled, job.body())

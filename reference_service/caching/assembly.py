"""Puts the caches together from settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reference_service.caching.answer_cache import AnswerCache, Clocks, Lifetimes, Trust
from reference_service.caching.arrears import Arrears
from reference_service.caching.invalidation import Invalidation
from reference_service.ports.redis_cache import RedisCache
from reference_service.settings import Settings


@dataclass(frozen=True, slots=True)
class CachingParts:
    """Kept answers by their kind, and what ends them when documents change."""

    searches: AnswerCache
    documents: AnswerCache
    jobs: AnswerCache
    invalidation: Invalidation


def caching_parts(
    settings: Settings, redis: RedisCache, wall_ms: Callable[[], int], now_s: Callable[[], float]
) -> CachingParts:
    """Lifetimes: the analysis, section 1.1."""
    clocks = Clocks(wall_ms, now_s)
    invalidation = Invalidation(
        redis,
        Arrears(settings.journal_dir.expanduser(), settings.worker),
        round(settings.visible_s * 1000),
        round(settings.invalidate_every_s * 1000),
        max(settings.search_fresh_s, settings.popular_fresh_s) + settings.invalidate_every_s,
        wall_ms,
    )
    trust = Trust(invalidation.is_behind, invalidation.missed)
    search_life = Lifetimes(settings.search_fresh_s, settings.stale_s)
    document_life = Lifetimes(settings.document_fresh_s, settings.stale_s)
    job_life = Lifetimes(settings.job_fresh_s, settings.job_fresh_s)
    return CachingParts(
        AnswerCache("search", redis, search_life, clocks, watches_tenant=True),
        AnswerCache("document", redis, document_life, clocks, trust),
        AnswerCache("job", redis, job_life, clocks),
        invalidation,
    )

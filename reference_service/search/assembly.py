"""Makes the parts of searching from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reference_service.caching.answer_cache import AnswerCache
from reference_service.caching.popularity import Popularity
from reference_service.degradation import DegradationTable
from reference_service.locks.locks import Locks
from reference_service.ports.assembly import Ports
from reference_service.ports.popular_searches import PopularSearches
from reference_service.ports.redis_locks import RedisLocks
from reference_service.search.clause import ClauseBounds
from reference_service.search.cursor import CursorCodec
from reference_service.search.kept_searches import KeptSearches, KnownSearch
from reference_service.search.query import Bounds
from reference_service.search.searcher import Index, Searcher
from reference_service.search.warmer import Warmer, WarmPolicy
from reference_service.settings import Settings


@dataclass(frozen=True, slots=True)
class SearchNeeds:
    """What searching shares with others."""

    ports: Ports
    answers: AnswerCache
    cursors: CursorCodec
    count_results: Callable[[str, int], None]
    has_documents: Callable[[str], bool]
    now_s: Callable[[], float]


@dataclass(frozen=True, slots=True)
class SearchParts:
    """What searches, what is allowed to be searched for, and what asks before clients do."""

    searcher: Searcher
    bounds: Bounds
    warmer: Warmer


def bounds_of(settings: Settings) -> Bounds:
    """What a question may be: the analysis, section 5.3."""
    clause = ClauseBounds(settings.query_clauses, settings.query_depth, settings.query_length)
    return Bounds(settings.page_size, settings.result_window, clause)


def search_parts(settings: Settings, table: DegradationTable, needs: SearchNeeds) -> SearchParts:
    """Connects to nothing."""
    bounds = bounds_of(settings)
    popularity = Popularity[KnownSearch](
        settings.popular_asked, settings.popular_window_s, settings.popular_bound, needs.now_s
    )
    kept = KeptSearches(needs.answers, popularity, settings.popular_fresh_s)
    searcher = Searcher(
        table,
        Index(needs.ports.elasticsearch, settings.answer_reserve_s, needs.has_documents),
        kept,
        needs.cursors,
        needs.count_results,
    )
    noted = PopularSearches(needs.ports.redis_state, settings.warm_searches)
    policy = WarmPolicy(settings.warm_s, settings.warm_note_every_s, bounds)
    locks = Locks(RedisLocks(needs.ports.redis_state), settings.lock_s, needs.now_s)
    warmer = Warmer(searcher, kept, noted, locks, policy, needs.now_s)
    return SearchParts(searcher, bounds, warmer)

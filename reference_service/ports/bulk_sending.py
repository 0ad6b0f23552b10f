"""Sends changes in bulk: a request that is refused as a whole goes in halves, down to who is to blame."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from elasticsearch import ApiError

from reference_service.ports.bulk_request import LONGEST_ERROR, Fate, ItemOutcome, Place, outcomes_of
from reference_service.ports.outbox_batch import OutboxRow
from reference_service.search.elasticsearch_query import Json

log = logging.getLogger(__name__)
BAD_REQUEST = 400
TOO_LARGE = 413
# Of a refused request these tell of the changes in it; any other may tell of all that is ever sent, say of a
# header that a new version of Elasticsearch does not know, and what was accepted must not die of that.
OF_CONTENT = frozenset(
    {
        "action_request_validation_exception",
        "json_parse_exception",
        "parsing_exception",
        "x_content_parse_exception",
    }
)

type Send = Callable[[Sequence[Place]], Awaitable[Sequence[Mapping[str, Json]]]]


async def send_in_parts(
    rows: Sequence[OutboxRow], places_of: Callable[[Sequence[OutboxRow]], Sequence[Place]], send: Send
) -> Sequence[ItemOutcome]:
    """What became of the rows. Those that were not reached have no outcome: they are to be given again.

    Raises what `send` raises as long as nothing is known of any of them.
    """
    outcomes: list[ItemOutcome] = []
    waiting = [rows]
    while waiting:
        part = waiting.pop()
        places = places_of(part)
        try:
            outcomes += outcomes_of(places, await send(places))
        except Exception as error:
            if _is_refusal(error):
                outcomes += _after_refusal(part, error, waiting)
            elif outcomes:
                log.warning("%d changes were not reached: %s", len(part) + sum(map(len, waiting)), error)
                break
            else:
                raise
    return outcomes


def _is_refusal(error: Exception) -> bool:
    """Whether the request was refused for what it is."""
    return isinstance(error, ApiError) and error.status_code in (BAD_REQUEST, TOO_LARGE)


def _after_refusal(
    part: Sequence[OutboxRow], error: Exception, waiting: list[Sequence[OutboxRow]]
) -> Sequence[ItemOutcome]:
    """The outcome of a row that is alone; otherwise both halves wait to be sent."""
    if len(part) > 1:
        log.warning(
            "a bulk request of %d changes is refused as a whole, and sent in halves: %s", len(part), error
        )
        half = len(part) // 2
        waiting += [part[half:], part[:half]]
        return ()
    (row,) = part
    reason = f"refused alone, with {len(row.document_json or '')} characters: {error}"[:LONGEST_ERROR]
    return [ItemOutcome(row, Fate.DEAD if _tells_of_content(error) else Fate.PUT_OFF, reason)]


def _tells_of_content(error: Exception) -> bool:
    if not isinstance(error, ApiError):
        return False
    if error.status_code == TOO_LARGE:
        return True
    body = error.body
    cause = body.get("error") if isinstance(body, Mapping) else None
    return isinstance(cause, Mapping) and cause.get("type") in OF_CONTENT

"""From an answer or a receipt to a response."""

from __future__ import annotations

import orjson
from aiohttp import web

from reference_service.answer import Answer
from reference_service.http.exchange import Exchange
from reference_service.http.headers import DURABILITY, IDEMPOTENCY_REPLAYED, answer_headers
from reference_service.writes.receipt import Outcome, Receipt


def answered(exchange: Exchange, answer: Answer) -> web.Response:
    """200 with the content and where it came from."""
    exchange.source = answer.source.value
    exchange.miss(*answer.degraded)
    return web.Response(body=answer.body, content_type="application/json", headers=answer_headers(answer))


def accepted_one(exchange: Exchange, receipt: Receipt) -> web.Response:
    """202: the one change is durable, and will be found soon."""
    item = receipt.items[0]
    return _accepted(exchange, receipt, {"id": item.document_id, "version": item.version})


def accepted_all(exchange: Exchange, receipt: Receipt) -> web.Response:
    """202: all changes are durable, and will be found soon."""
    items = [
        {
            "id": item.document_id,
            "version": item.version if item.outcome is Outcome.ACCEPTED else None,
            "outcome": item.outcome.value,
        }
        for item in receipt.items
    ]
    return _accepted(exchange, receipt, {"items": items})


def _accepted(exchange: Exchange, receipt: Receipt, content: dict[str, object]) -> web.Response:
    exchange.miss(*receipt.missed)
    durability = receipt.durability.value
    body = orjson.dumps({**content, "job_id": receipt.job_id, "durability": durability})
    headers = {DURABILITY: durability}
    if receipt.replayed:
        headers[IDEMPOTENCY_REPLAYED] = "true"
    return web.Response(status=202, body=body, content_type="application/json", headers=headers)

"""From an answer or a receipt to a response."""

from __future__ import annotations

import orjson
from aiohttp import web

from reference_service.answer import Answer
from reference_service.http.exchange import Exchange
from reference_service.http.headers import DURABILITY, answer_headers
from reference_service.writes.acceptor import Accepted


def answered(exchange: Exchange, answer: Answer) -> web.Response:
    """200 with the content and where it came from."""
    exchange.source = answer.source.value
    exchange.miss(*answer.degraded)
    return web.Response(body=answer.body, content_type="application/json", headers=answer_headers(answer))


def accepted(receipt: Accepted) -> web.Response:
    """202: the change is durable, and will be found soon."""
    body = orjson.dumps(
        {
            "id": receipt.document_id,
            "version": receipt.version,
            "job_id": receipt.job_id,
            "durability": receipt.durability.value,
        }
    )
    headers = {DURABILITY: receipt.durability.value}
    return web.Response(status=202, body=body, content_type="application/json", headers=headers)

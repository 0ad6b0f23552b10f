"""How a tenant's admin gets in, and what his requests and their answers have in common."""

from __future__ import annotations

import orjson
from aiohttp import web

from reference_service.errors import InvalidInputError
from reference_service.http.exchange import EXCHANGE
from reference_service.http.gate import Gate
from reference_service.limits.operation import Operation
from reference_service.ports.admin_transactions import Admin

BIGGEST_NUMBER = 2**63 - 1


async def enter(gate: Gate, request: web.Request) -> Admin:
    """The admin who asks, counted against his tenant's limit. Raises as the gate does."""
    exchange = request[EXCHANGE]
    identity = await gate.identify(request, exchange, Operation.ADMIN)
    await gate.count(request, exchange, Operation.ADMIN)
    return Admin(identity.tenant_id, identity.key_hash.hex()[:16], exchange.request_id, exchange.deadline)


def whole_number(name: str, text: str, least: int = 1, most: int = BIGGEST_NUMBER) -> int:
    """Raises InvalidInputError unless the text is one."""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or not least <= int(text) <= most:
        raise InvalidInputError(name, f"a whole number from {least} to {most} is required")
    return int(text)


def json_answer(content: object, status: int = 200) -> web.Response:
    """The content as JSON."""
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")

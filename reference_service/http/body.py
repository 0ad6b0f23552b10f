"""Reading a request's body: its type, its size, and that it comes in time."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.web_protocol import RequestPayloadError

from reference_service.errors import InvalidInputError, WrongContentTypeError
from reference_service.http.exchange import EXCHANGE
from reference_service.http.json_values import JsonValues

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class BodyBounds:
    """How much a body may be. A small one can hold no number of values that is worth counting."""

    most_bytes: int
    most_values: int | None = None


def size_to_expect(request: web.Request, bounds: BodyBounds) -> int:
    """How large its body may get: as its head says, if that can be relied on; 0 for one that is refused."""
    if request.content_length is None or hdrs.CONTENT_ENCODING in request.headers:
        return bounds.most_bytes
    return request.content_length if request.content_length <= bounds.most_bytes else 0


async def read_json_body(request: web.Request, bounds: BodyBounds) -> bytes:
    """The body, not yet parsed. The time it takes is paid from the request's deadline.

    Raises WrongContentTypeError; aiohttp's HTTPRequestEntityTooLarge; InvalidInputError for a body that does
    not come whole, and for more values than can be right, as soon as they have come: reading them all would
    hold up everybody else's requests.
    """
    if request.content_type != JSON:
        raise WrongContentTypeError(request.content_type, JSON)
    if request.content_length is not None and request.content_length > bounds.most_bytes:
        # Said before it has been sent.
        raise web.HTTPRequestEntityTooLarge(max_size=bounds.most_bytes, actual_size=request.content_length)
    body, values = bytearray(), JsonValues()
    exchange = request[EXCHANGE]
    exchange.awaits_body = True
    try:
        async for part in request.content.iter_any():
            body += part
            if len(body) > bounds.most_bytes:
                raise web.HTTPRequestEntityTooLarge(max_size=bounds.most_bytes, actual_size=len(body))
            if bounds.most_values is not None:
                values.feed(part)
                if values.count > bounds.most_values:
                    raise InvalidInputError("body", f"at most {bounds.most_values} values are allowed in it")
    except (RequestPayloadError, ConnectionError) as error:
        # A client that leaves in the middle of it hears nothing of this, but is no failure of the service.
        raise InvalidInputError("body", "all of it is required, as its head says that it comes") from error
    exchange.awaits_body = False
    return bytes(body)

"""Reading a request's body: its type, its size, and that it comes in time."""

from __future__ import annotations

from aiohttp import web

from reference_service.errors import WrongContentTypeError

JSON = "application/json"


async def read_json_body(request: web.Request) -> bytes:
    """The body, not yet parsed. The time it takes is paid from the request's deadline.

    Raises WrongContentTypeError; aiohttp's HTTPRequestEntityTooLarge past the application's limit.
    """
    if request.content_type != JSON:
        raise WrongContentTypeError(request.content_type, JSON)
    limit = request._client_max_size
    if request.content_length is not None and request.content_length > limit:
        # Said before it has been sent.
        raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=request.content_length)
    return await request.read()

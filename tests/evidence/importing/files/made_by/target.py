"""A small target: what each path answers is told by its name. `python target.py PORT`."""

import asyncio
import sys

from aiohttp import web


async def document(request: web.Request) -> web.Response:
    last_digit = int(request.match_info["number"]) % 10
    if last_digit == 4:
        raise web.HTTPNotFound(text="no such document")
    if last_digit == 5:
        raise web.HTTPServiceUnavailable(text="busy", headers={"Retry-After": "1"})
    if last_digit == 9:
        raise web.HTTPTooManyRequests(text="too many")
    return web.json_response({"id": last_digit, "title": "a document"})


async def search(request: web.Request) -> web.Response:
    await asyncio.sleep(0.02)
    return web.json_response({"hits": []})


async def create(request: web.Request) -> web.Response:
    return web.json_response({"job": 1}, status=202)


async def slow(request: web.Request) -> web.Response:
    await asyncio.sleep(float(request.query["s"]))
    return web.Response(text="late")


async def moved(request: web.Request) -> web.Response:
    raise web.HTTPFound("/search?q=moved")


async def cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def main() -> None:
    app = web.Application()
    app.add_routes(
        [
            web.get("/documents/{number}", document),
            web.get("/search", search),
            web.post("/documents", create),
            web.get("/slow", slow),
            web.get("/moved", moved),
            web.get("/cut", cut),
        ]
    )
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))


if __name__ == "__main__":
    main()

"""A small document service that keeps its contract, but for one thing, which the name of a tenant says.

It is asked with the tenant's id as API key. Prints its port, then serves until SIGTERM.
"""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass, field

from aiohttp import web

BREAKS = (
    "keeps-its-word",
    "loses-writes",
    "fails-jobs",
    "forgets-jobs",
    "serves-old-versions",
    "keeps-deleted",
    "finds-other-words",
    "finds-strangers",
    "swaps-tenants",
    "repeats-tokens",
    "repeats-pages",
)


@dataclass
class Tenant:
    """Its documents and what is still to come of its jobs."""

    documents: dict[str, dict[str, object]] = field(default_factory=dict)
    polls: dict[str, int] = field(default_factory=dict)
    asked: int = 0


class BrokenService:
    """Everything in memory, indexed at the second poll of a job."""

    def __init__(self) -> None:
        self._tenants = {name: Tenant() for name in BREAKS}
        self._version = 0

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/documents", self.index)
        application.router.add_get("/documents/{id}", self.get)
        application.router.add_delete("/documents/{id}", self.delete)
        application.router.add_get("/jobs/{id}", self.job)
        application.router.add_get("/search", self.search)
        application.router.add_post("/tokens", self.token)
        application.router.add_post("/tokens/refresh", self.refresh)
        return application

    async def index(self, request: web.Request) -> web.StreamResponse:
        name, tenant = self._who(request)
        document = await request.json()
        if name != "loses-writes":
            tenant.documents[document["id"]] = {**document, "version": self._next_version()}
        return self._accepted(tenant, document["id"])

    async def delete(self, request: web.Request) -> web.StreamResponse:
        name, tenant = self._who(request)
        if name != "keeps-deleted":
            tenant.documents.pop(request.match_info["id"], None)
        return self._accepted(tenant, request.match_info["id"])

    async def get(self, request: web.Request) -> web.StreamResponse:
        name, tenant = self._who(request)
        document_id = request.match_info["id"]
        if document_id.startswith("doc-"):
            tenant.asked += 1
            other = name == "swaps-tenants" and tenant.asked % 2
            document = seeded(document_id, "strangers" if other else name)
        else:
            found = tenant.documents.get(document_id)
            if found is None:
                return web.json_response({"title": "not found"}, status=404)
            document = dict(found)
        if name == "serves-old-versions":
            document["version"] = 1
        return web.json_response(document, headers={"Served-From": "live"})

    async def job(self, request: web.Request) -> web.StreamResponse:
        name, tenant = self._who(request)
        job_id = request.match_info["id"]
        if name == "forgets-jobs":
            return web.json_response({"title": "not found"}, status=404)
        tenant.polls[job_id] = tenant.polls.get(job_id, 0) + 1
        state = "accepted" if tenant.polls[job_id] < 2 else "failed" if name == "fails-jobs" else "indexed"
        counts = {one: int(one == state) for one in ("accepted", "indexed", "absent", "failed")}
        return web.json_response({"id": job_id, "state": state, "documents": 1, **counts})

    async def search(self, request: web.Request) -> web.StreamResponse:
        name, tenant = self._who(request)
        text = request.query["q"]
        number = 0 if name == "repeats-pages" else int(request.query.get("cursor", "*").replace("*", "0"))
        found = [one for one in tenant.documents.values() if text in str(one["title"])]
        if not text.startswith("zq"):
            found = [seeded(f"doc-{index:06d}", name) for index in range(number, number + 2)]
        if name == "finds-strangers":
            found = [{**one, "id": "load.keeps-its-word.0-1"} for one in found]
        hits = [
            {"id": one["id"], "score": 1.0, "title": one["title"], "snippet": "s", "tags": one["tags"]}
            for one in found
        ]
        body = {"hits": hits, "total": 99, "degraded": False, "next_cursor": str(number + 2)}
        return web.json_response(body, headers={"Served-From": "live"})

    async def token(self, request: web.Request) -> web.StreamResponse:
        name, _ = self._who(request)
        return self._pair(name)

    async def refresh(self, request: web.Request) -> web.StreamResponse:
        name = (await request.json())["refresh_token"].split(" ")[0]
        return self._pair(name)

    def _pair(self, name: str) -> web.StreamResponse:
        number = 0 if name == "repeats-tokens" else self._next_version()
        pair = {"access_token": f"{name} a{number}", "refresh_token": f"{name} r{number}"}
        body = {**pair, "token_type": "Bearer", "expires_in": 900}
        return web.json_response(body, headers={"Cache-Control": "no-store"})

    def _accepted(self, tenant: Tenant, document_id: str) -> web.StreamResponse:
        document = tenant.documents.get(document_id, {})
        promise = {"id": document_id, "version": document.get("version", 2), "durability": "replicated"}
        return web.json_response({**promise, "job_id": f"job-{self._next_version()}"}, status=202)

    def _who(self, request: web.Request) -> tuple[str, Tenant]:
        name = request.headers["Authorization"].removeprefix("Bearer ").split(" ")[0]
        return name, self._tenants[name]

    def _next_version(self) -> int:
        self._version += 1
        return self._version + 1


def seeded(document_id: str, name: str) -> dict[str, object]:
    title = "Nothing of it" if name == "finds-other-words" else f"The {name} river stone"
    return {"id": document_id, "title": title, "content": "c", "tags": [], "version": 1}


async def serve() -> None:
    runner = web.AppRunner(BrokenService().application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    say(str(runner.addresses[0][1]))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    say(json.dumps({}))
    await runner.cleanup()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())

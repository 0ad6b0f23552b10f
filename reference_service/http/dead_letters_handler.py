"""/admin/dead-letters: a tenant's accepted changes that were refused, and another try for them."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from reference_service.errors import InvalidInputError, SubjectNotFoundError
from reference_service.http.admin_gate import enter, json_answer, whole_number
from reference_service.http.gate import Gate
from reference_service.http.parameters import single
from reference_service.ports.dead_letters import DeadLetters

MOST = 100


class DeadLettersHandler:
    """Lists are walked through by the number of the last one seen, which no retry moves."""

    def __init__(self, gate: Gate, letters: DeadLetters) -> None:
        self._gate = gate
        self._letters = letters

    async def page(self, request: web.Request) -> web.Response:
        """Some of them, with the reasons; `next` is where the following page begins."""
        admin = await enter(self._gate, request)
        given = _parameters(request, "after", "limit")
        limit = whole_number("limit", given.get("limit", str(MOST)), most=MOST)
        found = await self._letters.page(admin, _after(given), limit + 1)
        page = found[:limit]
        following = page[-1].sequence if len(found) > limit else None
        return json_answer({"dead_letters": [asdict(letter) for letter in page], "next": following})

    async def retry(self, request: web.Request) -> web.Response:
        """One more try for a change, say after the mapping was put right."""
        admin = await enter(self._gate, request)
        sequence = whole_number("sequence", request.match_info["sequence"])
        if not await self._letters.retry(admin, sequence):
            raise SubjectNotFoundError("dead letter", sequence)
        return web.Response(status=202)

    async def retry_all(self, request: web.Request) -> web.Response:
        """One more try for all of them; when `next` is not null there are more behind it."""
        admin = await enter(self._gate, request)
        retried = await self._letters.retry_all(admin, _after(_parameters(request, "after")))
        return json_answer({"retried": retried.number, "next": retried.following}, status=202)


def _parameters(request: web.Request, *names: str) -> dict[str, str]:
    given = dict(single(request.query))
    for name in given:
        if name not in names:
            raise InvalidInputError(name, f"no such parameter; allowed are {', '.join(names)}")
    return given


def _after(given: dict[str, str]) -> int:
    return whole_number("after", given.get("after", "0"), least=0)

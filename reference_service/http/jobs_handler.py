"""GET /jobs/{id}."""

from __future__ import annotations

from aiohttp import web

from reference_service.errors import JobNotFoundError
from reference_service.http.answers import answered
from reference_service.http.exchange import EXCHANGE
from reference_service.http.gate import Gate
from reference_service.jobs.job import check_job_id
from reference_service.jobs.job_reader import JobReader
from reference_service.limits.operation import Operation


class JobsHandler:
    """What became of an accepted write."""

    def __init__(self, gate: Gate, reader: JobReader) -> None:
        self._gate = gate
        self._reader = reader

    async def get(self, request: web.Request) -> web.Response:
        """The state of one job."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.JOB)
        try:
            job_id = check_job_id(request.match_info["job_id"])
        except JobNotFoundError:
            await self._gate.count(request, exchange, Operation.JOB)
            raise
        look_up = self._reader.look_up(identity.tenant_id, job_id, exchange.deadline)
        kept = await self._gate.count_while(request, exchange, Operation.JOB, look_up)
        return answered(
            exchange, await self._reader.answer(identity.tenant_id, job_id, kept, exchange.deadline)
        )

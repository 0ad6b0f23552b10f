"""GET /health/live, /health/ready, /metrics and /openapi.json."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import web

from reference_service.health import Health
from reference_service.http.openapi import openapi_json
from reference_service.observability.metrics import Metrics
from reference_service.observability.publisher import Publisher


class HealthHandler:
    """Needs no key: balancers and Prometheus ask."""

    def __init__(self, health: Health, publisher: Publisher, metrics: Metrics) -> None:
        self._health = health
        self._publisher = publisher
        self._metrics = metrics

    async def live(self, _: web.Request) -> web.Response:
        """200 as long as the process answers."""
        return web.json_response({"status": "live"})

    async def ready(self, _: web.Request) -> web.Response:
        """200 while requests can be answered, degraded ones too; 503 while starting and stopping."""
        report = self._health.report()
        return web.Response(
            status=200 if report.ready else 503, body=orjson.dumps(report), content_type="application/json"
        )

    async def openapi(self, _: web.Request) -> web.Response:
        """The interface as an OpenAPI document."""
        return web.Response(body=openapi_json(), content_type="application/json")

    async def metrics(self, _: web.Request) -> web.Response:
        """Prometheus' text format, over all workers of this machine."""
        await self._publisher.publish()
        # Thousands of series take long enough to hold up other requests.
        text = await asyncio.to_thread(self._metrics.text)
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=text, headers=headers)

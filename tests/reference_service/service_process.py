"""The service as a process of its own, with a database, indices and Redis databases of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import asyncpg
import orjson

from evidence.ports import HOST, StackPorts
from reference_service.identity.api_key import new_api_key
from reference_service.identity.peppers import Peppers
from tests.reference_service.stall_meter import StallMeter

DATABASE = "stormproof_test"
REDIS_DATABASE = 1
PREFIX = "check"
TENANTS = "enterprise=3,standard=1,free=2"
DOCUMENTS = 240
SERVICE_OFFSET = 81
PEPPERS = Peppers(b"pepper-of-the-tests")
TOKEN_SECRET = "signs-the-tokens-of-the-tests-alone"  # noqa: S105 - of a stack that lives for one session


@dataclass(frozen=True)
class Tenant:
    """A seeded tenant."""

    id: str
    tier: str
    api_key: str
    document_count: int

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_key}"}


@dataclass(frozen=True)
class TestBed:
    """Addresses of everything a test may want to reach, directly or through the proxies."""

    __test__ = False
    ports: StackPorts
    directory: Path

    @property
    def owner_dsn(self) -> str:
        return f"postgresql://postgres@{HOST}:{self.ports.direct('postgres')}/{DATABASE}"

    @property
    def service_dsn(self) -> str:
        return f"postgresql://stormproof_service@{HOST}:{self.ports.direct('postgres')}/{DATABASE}"

    @property
    def redis_cache_url(self) -> str:
        return f"redis://{HOST}:{self.ports.direct('redis-cache')}/{REDIS_DATABASE}"

    @property
    def redis_state_url(self) -> str:
        return f"redis://{HOST}:{self.ports.direct('redis-state')}/{REDIS_DATABASE}"

    @property
    def elasticsearch_url(self) -> str:
        return f"http://{HOST}:{self.ports.direct('elasticsearch')}"

    @property
    def tenants_file(self) -> Path:
        return self.directory / "tenants.json"

    def environment(self, *, direct: bool, port: int) -> dict[str, str]:
        def to(name: str) -> int:
            return self.ports.direct(name) if direct else self.ports.proxy(name)

        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SERVICE_")},
            "SERVICE_PORT": str(port),
            "SERVICE_ELASTICSEARCH_URL": f"http://{HOST}:{to('elasticsearch')}",
            "SERVICE_POSTGRES_DSN": f"postgresql://stormproof_service@{HOST}:{to('postgres')}/{DATABASE}",
            "SERVICE_POSTGRES_OWNER_DSN": self.owner_dsn,
            "SERVICE_REDIS_CACHE_URL": f"redis://{HOST}:{to('redis-cache')}/{REDIS_DATABASE}",
            "SERVICE_REDIS_STATE_URL": f"redis://{HOST}:{to('redis-state')}/{REDIS_DATABASE}",
            "SERVICE_KEY_PEPPER": PEPPERS.present.decode(),
            "SERVICE_TOKEN_SECRET": TOKEN_SECRET,
            "SERVICE_JOURNAL_DIR": str(self.directory / "journal"),
            "SERVICE_METRICS_DIR": str(self.directory / "metrics"),
            # Kept answers stay as fresh as a test made them: what it writes does not make them stale.
            "SERVICE_INVALIDATE_EVERY_S": "86400",
            "SERVICE_TRUSTED_PROXIES": f"{HOST}/32",
            "SERVICE_INDEX_PREFIX": PREFIX,
            "SERVICE_DRAIN_S": "0.1",
            "SERVICE_LOG_LEVEL": "WARNING",
        }

    def seed(self, *extra: str) -> str:
        """Runs the seeding command; returns what it said."""
        command = [sys.executable, "-m", "reference_service", "seed", "--tenants", TENANTS]
        command += ["--documents", str(DOCUMENTS), "--out", str(self.tenants_file), *extra]
        environment = self.environment(direct=True, port=self.ports.port_base + SERVICE_OFFSET)
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def tenants(self) -> dict[str, Tenant]:
        record = orjson.loads(self.tenants_file.read_bytes())
        return {
            t["id"]: Tenant(t["id"], t["tier"], t["api_key"], t["document_count"]) for t in record["tenants"]
        }

    def words(self) -> list[str]:
        words: list[str] = orjson.loads(self.tenants_file.read_bytes())["words"]
        return words

    async def add_key(self, tenant: Tenant, *permissions: str, life: str | None = None) -> Tenant:
        """The tenant with a key of these permissions, which the service will look up."""
        api_key = new_api_key()
        owner = await self.connect(self.owner_dsn)
        try:
            await owner.execute(
                "INSERT INTO api_keys (key_hash, tenant_id, permissions, expires_at)"
                " VALUES ($1, $2, $3, now() + $4::text::interval)",
                PEPPERS.hash(api_key.encode()),
                tenant.id,
                list(permissions),
                life,
            )
        finally:
            await owner.close()
        return replace(tenant, api_key=api_key)

    async def connect(self, dsn: str) -> asyncpg.Connection:
        return await asyncpg.connect(dsn, timeout=5)


class ServiceProcess:
    """One running service and a session to talk to it."""

    def __init__(self, bed: TestBed, port: int, **settings: str) -> None:
        self.bed = bed
        self._environment = {**bed.environment(direct=False, port=port), **settings}
        self._log = bed.directory / f"service-{port}.log"
        self.url = f"http://{HOST}:{port}"
        self._tls: ssl.SSLContext | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.stalls = StallMeter()
        self.session: aiohttp.ClientSession | None = None

    async def start(self, *, log_is_read: bool = True) -> None:
        await self._spawn(log_is_read=log_is_read)
        self.stalls.start()
        self.session = aiohttp.ClientSession(self.url, connector=self._connector())
        try:
            await self.wait_for("listening", 30)
        except BaseException:
            await self.kill()  # or its port stays taken
            raise

    def believe(self, tls: ssl.SSLContext) -> None:
        """It listens by TLS: whom to believe."""
        self._tls = tls
        self.url = self.url.replace("http:", "https:")

    def _connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(limit=0, ssl=True if self._tls is None else self._tls)

    async def _spawn(self, *, log_is_read: bool = True) -> None:
        command = [sys.executable, "-m", "reference_service"]
        with self._log.open("ab") as file:
            log = file if log_is_read else subprocess.PIPE
            self.process = await asyncio.to_thread(
                subprocess.Popen, command, env=self._environment, stdout=log, stderr=log
            )

    async def run_to_its_end(self, limit_s: float) -> int:
        """Starts it, for a start that must fail; the exit code."""
        await self._spawn()
        assert self.process is not None
        return await asyncio.to_thread(self.process.wait, limit_s)

    def has_log(self) -> bool:
        """Whether it ever wrote."""
        return self._log.exists()

    def log(self) -> str:
        """All that it wrote so far."""
        return self._log.read_text()

    async def wait_for(self, status: str, limit_s: float, restarts: int = 0) -> float:
        """Waits until readiness tells this status (`listening`: any), after so many restarts of workers.

        Seconds it took.
        """
        started_s = time.monotonic()
        while time.monotonic() - started_s < limit_s:
            assert self.process is not None
            assert self.process.poll() is None, self._log.read_text()
            try:
                report = (await self.call("GET", "/health/ready")).json
            except aiohttp.ClientConnectionError:
                report = {}
            found = report.get("status")
            if found is not None and _restarts(report) >= restarts and status in (found, "listening"):
                return time.monotonic() - started_s
            await asyncio.sleep(0.02)
        raise AssertionError(f"not {status} within {limit_s} s: {found}\n{self._log.read_text()[-3000:]}")

    async def call(
        self,
        method: str,
        path: str,
        tenant: Tenant | None = None,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Sends one request; the reply knows how long it took."""
        assert self.session is not None
        sent = {**(tenant.headers if tenant else {}), **(headers or {})}
        data = orjson.dumps(body) if body is not None else None
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        started_s = time.monotonic()
        async with self.session.request(method, path, data=data, headers=sent) as response:
            content = await response.read()
            took_s = time.monotonic() - started_s
            return Reply(response.status, dict(response.headers), content, took_s)

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples, of those with these labels."""
        text = (await self.call("GET", "/metrics")).content.decode()
        lines = [line for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        lines = [line for line in lines if all(pair in line for pair in wanted)]
        assert lines, f"no metric {name} with {wanted}"
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    async def search(self, tenant: Tenant, text: str, **headers: str) -> Reply:
        return await self.call("GET", f"/search?q={text}", tenant, headers=headers)

    def set(self, variable: str, value: str) -> None:
        """Changes a setting of the next start."""
        self._environment[variable] = value

    async def kill(self) -> None:
        """SIGKILL; requests under way learn it from their connections."""
        assert self.session is not None
        self.stalls.stop()
        await self._die()
        await self.session.close()

    async def kill_and_restart(self) -> None:
        """SIGKILL, and the same again; listening when it returns."""
        await self._die()
        await self._spawn()
        await self.wait_for("listening", 30)

    async def _die(self) -> None:
        assert self.process is not None
        self.process.kill()
        await asyncio.to_thread(self.process.wait, 20)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """SIGSTOP until left: it takes nothing from the outbox that it shares with other services."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        assert self.session is not None
        self.stalls.stop()
        await self.session.close()
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 20)


def _restarts(report: dict[str, object]) -> int:
    workers = report["workers"]
    assert isinstance(workers, dict)
    return int(workers["restarts"])


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes
    took_s: float

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = orjson.loads(self.content)
        return found

    @property
    def source(self) -> str | None:
        return self.headers.get("Served-From")

    @property
    def degraded(self) -> set[str]:
        return set(filter(None, self.headers.get("Degraded", "").split(", ")))

    @property
    def hits(self) -> list[dict[str, object]]:
        hits = self.json["hits"]
        assert isinstance(hits, list)
        return hits

"""Whether every acknowledged document is there: asked of the service, of Elasticsearch and of PostgreSQL."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched, groupby

import aiohttp
import asyncpg
import pyarrow.parquet as pq

from evidence.drill_record import LostWrite
from evidence.ports import HOST
from evidence.record_reader import record_files
from evidence.run_folder import RunFolder
from evidence.tenants_record import Tenant
from evidence.write_record import WRITES
from stormproof.drills.loss import Acknowledged, Found, Name, lost_from, newest, unless_deleted

_AT_ONCE = 8
_BATCH = 500
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_PAUSE_S = 1.0
_MOST_TRIES = 30

type Stores = Mapping[str, str]
"""Where to ask: the URL of `service` and `elasticsearch`, the address of `postgres`."""


def acknowledged_writes(folder: RunFolder) -> Mapping[Name, Acknowledged]:
    """The newest acknowledged change of each document that the load wrote. Raises InvalidFile."""
    columns = ["tenant", "document_id", "version", "operation", "acknowledged_ns"]
    rows = (
        row
        for file in record_files(folder.path, WRITES).parquet
        for row in pq.read_table(file, columns=columns).to_pylist()
    )
    return newest(Acknowledged(**row) for row in rows)


def find_lost(
    expected: Mapping[Name, Acknowledged],
    tenants: Mapping[str, Tenant],
    stores: Stores,
    within_s: float,
    now_s: Callable[[], float],
) -> tuple[LostWrite, ...]:
    """What is not where it must be, after up to `within_s` for what is still on its way.

    Raises OSError and the like when a store does not answer.
    """
    return asyncio.run(_find_lost(expected, tenants, stores, within_s, now_s))


async def _find_lost(
    expected: Mapping[Name, Acknowledged],
    tenants: Mapping[str, Tenant],
    stores: Stores,
    within_s: float,
    now_s: Callable[[], float],
) -> tuple[LostWrite, ...]:
    deadline_s = now_s() + within_s
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        missing = {store: dict(expected) for store in stores}
        while True:
            lost: list[LostWrite] = []
            deleted = await _deleted(stores, expected)
            for store, address in stores.items():
                found = await _found(store, address, session, missing[store], tenants)
                here = unless_deleted(lost_from(store, missing[store], found), deleted)
                names = {(one.tenant, one.document_id) for one in here}
                missing[store] = {name: missing[store][name] for name in names}
                lost += here
            if not lost or now_s() >= deadline_s:
                return tuple(lost)
            await asyncio.sleep(_PAUSE_S)


async def _deleted(stores: Stores, names: Iterable[Name]) -> Mapping[Name, Found]:
    """Which documents are deleted, with the version: only PostgreSQL remembers."""
    if "postgres" not in stores:
        return {}
    return {
        name: one for name, one in (await _from_postgres(stores["postgres"], names)).items() if one.deleted
    }


async def _found(
    store: str,
    address: str,
    session: aiohttp.ClientSession,
    expected: Mapping[Name, Acknowledged],
    tenants: Mapping[str, Tenant],
) -> Mapping[Name, Found]:
    if store == "service":
        return await _from_service(address, session, expected, tenants)
    if store == "elasticsearch":
        return await _from_elasticsearch(address, session, expected)
    return await _from_postgres(address, expected)


async def _from_service(
    url: str, session: aiohttp.ClientSession, names: Iterable[Name], tenants: Mapping[str, Tenant]
) -> Mapping[Name, Found]:
    found: dict[Name, Found] = {}
    slots = asyncio.Semaphore(_AT_ONCE)

    async def ask(tenant: str, document_id: str) -> None:
        headers = {"Authorization": f"Bearer {tenants[tenant].api_key}"}
        async with slots:
            for _ in range(_MOST_TRIES):
                async with session.get(f"{url}/documents/{document_id}", headers=headers) as answer:
                    if answer.status in (429, 503):
                        await asyncio.sleep(min(float(answer.headers.get("Retry-After", "1")), 10.0))
                        continue
                    if answer.status == 200:
                        body = await answer.json()
                        found[tenant, document_id] = Found(int(body["version"]))
                    return

    await asyncio.gather(*(ask(tenant, document_id) for tenant, document_id in names))
    return found


async def _from_elasticsearch(
    url: str, session: aiohttp.ClientSession, names: Iterable[Name]
) -> Mapping[Name, Found]:
    found: dict[Name, Found] = {}
    for tenant, group in groupby(sorted(names), key=lambda name: name[0]):
        for some in batched((document_id for _, document_id in group), _BATCH):
            answer = await _mget(url, session, tenant, some)
            for one in answer:
                if one.get("found"):
                    found[tenant, str(one["_id"])] = Found(int(str(one["_version"])))
    return found


async def _mget(
    url: str, session: aiohttp.ClientSession, tenant: str, ids: Sequence[str]
) -> Sequence[Mapping[str, object]]:
    where = f"{url}/documents-{tenant}/_mget?_source=false"
    async with session.post(where, json={"ids": list(ids)}) as answer:
        if answer.status != 200:
            return ()
        body = await answer.json()
        docs: Sequence[Mapping[str, object]] = body["docs"]
        return docs


async def _from_postgres(dsn: str, names: Iterable[Name]) -> Mapping[Name, Found]:
    wanted = list(names)
    connection = await asyncpg.connect(dsn, ssl=False, timeout=10)
    try:
        rows = await connection.fetch(
            "SELECT tenant_id, document_id, version, deleted_at IS NOT NULL AS deleted "
            "FROM document_metadata "
            "WHERE (tenant_id, document_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))",
            [tenant for tenant, _ in wanted],
            [document_id for _, document_id in wanted],
        )
    finally:
        await connection.close()
    return {
        (row["tenant_id"], row["document_id"]): Found(row["version"], deleted=row["deleted"]) for row in rows
    }


def postgres_dsn(port: int) -> str:
    """Of the superuser, whom row-level security does not bind."""
    return f"postgresql://postgres@{HOST}:{port}/stormproof"

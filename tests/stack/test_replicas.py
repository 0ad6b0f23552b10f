"""The profile of replicas, for real: roles move, and every start finds them where they are."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
import redis

from evidence.home import resolve_home
from stack import (
    HOST,
    Profile,
    StackError,
    StackSettings,
    down,
    kill_parts,
    layout,
    registry,
    start_part,
    status,
    up,
)
from stack.parts.http_request import http_request
from tests.stack.waiting import wait_until

pytestmark = [pytest.mark.proof, pytest.mark.timeout(600)]

_PORTS_BEYOND_THE_SESSION_STACK = 500


@pytest.fixture(scope="module")
def replicas() -> Iterator[StackSettings]:
    """A stack of these tests alone, that is up."""
    home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
    with tempfile.TemporaryDirectory(prefix="stormproof-") as folder:
        Path(folder).chmod(0o755)
        settings = StackSettings(
            home.programs_dir,
            Path(folder) / "state",
            home.port_base + _PORTS_BEYOND_THE_SESSION_STACK,
            profile=Profile.REPLICAS,
        )
        try:
            up(settings)
            yield settings
        finally:
            down(settings, wipe=True)


def assert_all_running(settings: StackSettings) -> None:
    assert [(part.name, part.state, part.reason) for part in status(settings)] == [
        (part.name, "running", "") for part in layout.parts(Profile.REPLICAS)
    ]


def sql(settings: StackSettings, server: layout.PartLayout, statement: str) -> object:
    async def query() -> object:
        port = server.port(settings.port_base)
        connection = await asyncpg.connect(
            host=HOST, port=port, user="postgres", database="stormproof", ssl=False
        )
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(query())


def roles(settings: StackSettings) -> tuple[bool, bool]:
    """Whether each server is the primary."""
    first, second = (
        sql(settings, server, "SELECT NOT pg_is_in_recovery()") for server in layout.POSTGRES_SERVERS
    )
    return bool(first), bool(second)


def state_redis(settings: StackSettings, server: layout.PartLayout) -> "redis.Redis":
    return redis.Redis(host=HOST, port=server.port(settings.port_base), decode_responses=True)


def redis_role(settings: StackSettings, server: layout.PartLayout) -> str:
    with state_redis(settings, server) as client:
        return str(client.info("replication")["role"])


def test_every_part_runs_and_unprivileged_parts_are_registered(replicas: StackSettings) -> None:
    assert_all_running(replicas)
    state = registry(replicas)
    assert state.profile is Profile.REPLICAS
    assert {process.name for process in state.processes} == {
        part.name for part in layout.parts(Profile.REPLICAS)
    }
    assert all(process.user == replicas.part_user for process in state.processes)


def test_another_profile_does_not_start_beside_it(replicas: StackSettings) -> None:
    with pytest.raises(StackError, match="parts of the profile replicas run"):
        up(replace(replicas, profile=Profile.SINGLE))
    assert_all_running(replicas)


def test_elasticsearch_is_one_cluster_with_replicas(replicas: StackSettings) -> None:
    port = layout.ELASTICSEARCH_2.port(replicas.port_base)
    settings = {"settings": {"number_of_shards": 1, "number_of_replicas": 1}}
    assert http_request(port, "PUT", "/kept", timeout_s=30, content=settings).status == 200
    path = "/_cluster/health?wait_for_status=green&timeout=25s"
    health = http_request(port, "GET", path, timeout_s=30).json_object()
    assert (health["number_of_nodes"], health["status"]) == (3, "green")


def test_a_promoted_standby_stays_the_primary_and_the_old_one_follows_it(replicas: StackSettings) -> None:
    assert roles(replicas) == (True, False)
    sql(replicas, layout.POSTGRES, "CREATE TABLE kept AS SELECT 1 AS number")
    kill_parts(replicas, "postgres")
    sql(replicas, layout.POSTGRES_2, "SELECT pg_promote(true, 60)")
    sql(replicas, layout.POSTGRES_2, "CHECKPOINT")
    sql(replicas, layout.POSTGRES_2, "INSERT INTO kept VALUES (2)")

    start_part(replicas, "postgres")

    assert roles(replicas) == (False, True)
    wait_until(lambda: sql(replicas, layout.POSTGRES, "SELECT count(*) FROM kept") == 2)


def test_sentinels_move_the_primary_and_the_old_one_comes_back_as_a_replica(replicas: StackSettings) -> None:
    assert redis_role(replicas, layout.REDIS_STATE) == "master"
    kill_parts(replicas, "redis-state")
    wait_until(lambda: redis_role(replicas, layout.REDIS_STATE_2) == "master")
    with state_redis(replicas, layout.REDIS_STATE_2) as client:
        client.set("kept", "yes")
    start_part(replicas, "redis-state")
    wait_until(lambda: redis_role(replicas, layout.REDIS_STATE) == "slave")


def test_roles_and_data_outlive_a_stop_of_everything(replicas: StackSettings) -> None:
    down(replicas)
    up(replicas)
    assert_all_running(replicas)
    assert roles(replicas) == (False, True)
    assert sql(replicas, layout.POSTGRES_2, "SELECT count(*) FROM kept") == 2
    wait_until(lambda: redis_role(replicas, layout.REDIS_STATE_2) == "master")
    with state_redis(replicas, layout.REDIS_STATE_2) as client:
        assert client.get("kept") == "yes"


def test_wiping_leaves_nothing(replicas: StackSettings) -> None:
    down(replicas, wipe=True)
    assert not any(folder.exists() for folder in replicas.data_dirs)
    assert {part.state for part in status(replicas)} == {"stopped"}

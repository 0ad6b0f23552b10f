"""docker-compose.yml: valid, and the same stack as the one that `up` starts."""

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import cast

import pytest
import yaml
from jsonschema import Draft202012Validator

from stack import StackSettings, layout
from stack.parts.elasticsearch import NODE_SETTINGS
from stack.parts.postgres import DATABASE, SERVER_SETTINGS, SUPERUSER
from stack.parts.redis import CACHE_SETTINGS, STATE_SETTINGS
from stack.parts.toxiproxy import wanted_proxies

type Service = Mapping[str, object]

_FILE = Path(__file__).parents[2] / "docker-compose.yml"
_OWN_PORTS = {
    "elasticsearch": 9200,
    "postgres": 5432,
    "redis-cache": 6379,
    "redis-state": 6379,
    "toxiproxy": 8474,
}


@pytest.fixture(scope="module")
def compose() -> Mapping[str, Mapping[str, Service]]:
    """The file."""
    return cast("Mapping[str, Mapping[str, Service]]", yaml.safe_load(_FILE.read_text()))


def _schema() -> Mapping[str, object]:
    """The compose specification's own schema, as the package check-jsonschema ships it."""
    file = distribution("check-jsonschema").locate_file(
        "check_jsonschema/builtin_schemas/vendor/compose-spec.json"
    )
    return cast("Mapping[str, object]", json.loads(Path(str(file)).read_text()))


def _words(service: Service) -> Iterator[str]:
    return (str(word) for word in cast("list[object]", service["command"]))


def _environment(service: Service) -> Mapping[str, str]:
    return cast("Mapping[str, str]", service["environment"])


def test_it_follows_the_compose_specification(compose: Mapping[str, object]) -> None:
    validator = Draft202012Validator(_schema())
    assert [error.message for error in validator.iter_errors(compose)] == []


def test_the_specification_refuses_what_is_not_in_it(compose: Mapping[str, Mapping[str, Service]]) -> None:
    broken = {
        **compose,
        "services": {"redis-cache": {**compose["services"]["redis-cache"], "healtcheck": {}}},
    }
    assert list(Draft202012Validator(_schema()).iter_errors(broken))


def test_it_has_the_same_parts_in_the_same_versions(compose: Mapping[str, Mapping[str, Service]]) -> None:
    versions = {
        name: str(service["image"]).rpartition(":")[2]
        for name, service in compose["services"].items()
        if "profiles" not in service
    }
    assert versions == {part.name: part.version for part in layout.PARTS}


def test_it_listens_on_the_same_ports_of_loopback(compose: Mapping[str, Mapping[str, Service]]) -> None:
    base = layout.DEFAULT_PORT_BASE
    for part in layout.PARTS:
        expected = {f"{layout.HOST}:{part.port(base)}:{_OWN_PORTS[part.name]}"}
        if part is layout.ELASTICSEARCH:
            expected.add(f"{layout.HOST}:{base + layout.ELASTICSEARCH_TRANSPORT_OFFSET}:9300")
        if part is layout.TOXIPROXY:
            proxy_ports = [dependency.proxy_port(base) for dependency in layout.DEPENDENCIES]
            expected.update(f"{layout.HOST}:{port}:{port}" for port in proxy_ports)
        assert set(cast("list[str]", compose["services"][part.name]["ports"])) == expected, part.name


def test_its_proxies_lead_to_the_same_parts(compose: Mapping[str, Mapping[str, Service]]) -> None:
    found = json.loads(str(compose["configs"]["proxies"]["content"]))
    assert found == [
        {
            **wanted.as_json(),
            "listen": wanted.listen.replace(layout.HOST, "0.0.0.0"),  # noqa: S104 -- inside its container
            "upstream": f"{wanted.name}:{_OWN_PORTS[wanted.name]}",
        }
        for wanted in wanted_proxies(layout.DEFAULT_PORT_BASE)
    ]


def test_elasticsearch_has_the_same_settings(compose: Mapping[str, Mapping[str, Service]]) -> None:
    environment = dict(_environment(compose["services"]["elasticsearch"]))
    heap_mb = StackSettings(Path(), Path()).elasticsearch_heap_mb
    assert environment.pop("ES_JAVA_OPTS") == f"-Xms{heap_mb}m -Xmx{heap_mb}m"
    assert environment == NODE_SETTINGS


def test_postgres_has_the_same_settings(compose: Mapping[str, Mapping[str, Service]]) -> None:
    words = list(_words(compose["services"]["postgres"]))
    assert words[0] == "postgres"
    assert set(words[1::2]) == {"-c"}
    assert dict(word.split("=", 1) for word in words[2::2]) == SERVER_SETTINGS
    environment = _environment(compose["services"]["postgres"])
    assert (environment["POSTGRES_USER"], environment["POSTGRES_DB"]) == (SUPERUSER, DATABASE)


@pytest.mark.parametrize(
    ("name", "settings"), [("redis-cache", CACHE_SETTINGS), ("redis-state", STATE_SETTINGS)]
)
def test_redis_has_the_same_settings(
    compose: Mapping[str, Mapping[str, Service]], name: str, settings: Mapping[str, str]
) -> None:
    words = list(_words(compose["services"][name]))
    assert words[0] == "redis-server"
    assert dict(zip((word.removeprefix("--") for word in words[1::2]), words[2::2], strict=True)) == settings


def test_every_part_says_when_it_answers(compose: Mapping[str, Mapping[str, Service]]) -> None:
    assert all("healthcheck" in service for service in compose["services"].values())

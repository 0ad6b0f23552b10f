"""What needs to be reached is reached, and nothing else is."""

from urllib.parse import urlsplit

import pytest

from tests.deploy.manifests import named, pods_with_labels
from tests.deploy.network import Party, may_talk

SERVICE, LOAD, MIGRATION = Party("document-search"), Party("load"), Party("document-search-migration")
ELASTICSEARCH, PGBOUNCER, POSTGRES, REDIS = map(Party, ("elasticsearch", "pgbouncer", "postgres", "redis"))
BACKUP_OF_POSTGRES, BACKUP_OF_REDIS, GAME_DAY = map(Party, ("postgres-backup", "redis-backup", "game-day"))
MONITORING, PUBLIC, NAMES = (Party(None, name) for name in ("monitoring", "ingress", "kube-system"))
SOMEWHERE = Party(None, "elsewhere")

NEEDED = (
    (PUBLIC, SERVICE, "https"),
    (MONITORING, SERVICE, "https"),
    (LOAD, SERVICE, "https"),
    (LOAD, LOAD, 5557),
    (SERVICE, ELASTICSEARCH, 9200),
    (SERVICE, PGBOUNCER, 6432),
    (SERVICE, REDIS, 6379),
    (SERVICE, REDIS, 26379),
    (SERVICE, MONITORING, 4318),
    (PGBOUNCER, POSTGRES, 5432),
    (MIGRATION, POSTGRES, 5432),
    (ELASTICSEARCH, ELASTICSEARCH, 9300),
    (ELASTICSEARCH, SOMEWHERE, 443),
    (POSTGRES, POSTGRES, 5432),
    (REDIS, REDIS, 6379),
    (REDIS, REDIS, 26379),
    (BACKUP_OF_POSTGRES, POSTGRES, 5432),
    (BACKUP_OF_REDIS, REDIS, 6379),
    (GAME_DAY, SOMEWHERE, 443),
    *(
        (MONITORING, server, port)
        for server, port in ((ELASTICSEARCH, 9200), (POSTGRES, 5432), (REDIS, 6379))
    ),
)
REFUSED = (
    (SOMEWHERE, SERVICE, "https"),
    (GAME_DAY, SERVICE, "https"),
    (GAME_DAY, POSTGRES, 5432),
    (LOAD, ELASTICSEARCH, 9200),
    (PUBLIC, ELASTICSEARCH, 9200),
    (SERVICE, POSTGRES, 5432),
    (SERVICE, ELASTICSEARCH, 9300),
    (SERVICE, SOMEWHERE, 443),
    (REDIS, SOMEWHERE, 443),
)


@pytest.mark.parametrize(("source", "target", "port"), NEEDED, ids=str)
def test_who_needs_another_reaches_it(source: Party, target: Party, port: int | str) -> None:
    assert may_talk(source, target, port)


@pytest.mark.parametrize(("source", "target", "port"), REFUSED, ids=str)
def test_nobody_reaches_what_he_does_not_need(source: Party, target: Party, port: int | str) -> None:
    assert not may_talk(source, target, port)


@pytest.mark.parametrize("app", sorted({labels["app"] for _, labels in pods_with_labels()}), ids=str)
def test_every_pod_has_names_resolved(app: str) -> None:
    assert may_talk(Party(app), NAMES, 53)


def test_the_addresses_of_the_configuration_are_reached() -> None:
    data = named("ConfigMap", "document-search")["data"]
    for url in data["SERVICE_ELASTICSEARCH_URL"].split(","):
        port = urlsplit(url).port
        assert port is not None
        assert may_talk(SERVICE, ELASTICSEARCH, port)
    for sentinel in data["SERVICE_REDIS_STATE_SENTINELS"].split(","):
        assert may_talk(SERVICE, REDIS, int(sentinel.rpartition(":")[2]))

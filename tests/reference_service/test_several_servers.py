"""Addresses that name several servers."""

import pytest

from reference_service.ports.postgres_addresses import each_server
from reference_service.settings import BadSettingsError, read_settings


def test_each_server_gets_an_address_with_all_else_the_same() -> None:
    dsn = "postgresql://me:secret@one:5432,two:5433/database?target_session_attrs=read-write"
    assert each_server(dsn) == (
        "postgresql://me:secret@one:5432/database?target_session_attrs=read-write",
        "postgresql://me:secret@two:5433/database?target_session_attrs=read-write",
    )


def test_an_address_of_one_server_stays_as_it_is() -> None:
    dsn = "postgresql://stormproof_service@127.0.0.1:21012/stormproof"
    assert each_server(dsn) == (dsn,)


def test_settings_take_several_nodes_servers_and_sentinels() -> None:
    settings = read_settings(
        {
            "SERVICE_ELASTICSEARCH_URL": "http://one:9200,http://two:9200",
            "SERVICE_POSTGRES_DSN": "postgresql://me@one:1,two:2/d?target_session_attrs=read-write",
            "SERVICE_REDIS_STATE_SENTINELS": "one:26379,two:26379",
        }
    )
    assert settings.redis_state_service == "state"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SERVICE_ELASTICSEARCH_URL", "http://one:9200,two"),
        ("SERVICE_REDIS_STATE_SENTINELS", "one"),
        ("SERVICE_REDIS_STATE_SENTINELS", "one:70000"),
    ],
)
def test_one_wrong_address_among_several_is_refused(variable: str, value: str) -> None:
    with pytest.raises(BadSettingsError, match=variable):
        read_settings({variable: value})

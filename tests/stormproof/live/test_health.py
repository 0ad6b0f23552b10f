"""What targets say of themselves."""

import json

import orjson
import pytest

from reference_service.health import DependencyHealth, HealthReport, Indexing
from reference_service.workers.crew import Crew
from stormproof.live.health import MOST_DEPENDENCIES, SILENT, read_health


def test_the_reference_service_is_understood() -> None:
    report = HealthReport(
        "degraded",
        True,
        3,
        Crew(),
        {"elasticsearch": DependencyHealth("down", {"read": "open", "write": "closed"}, "no answer")},
        Indexing(),
    )
    told = read_health(200, orjson.dumps(report))
    (one,) = told.dependencies
    assert told.told == "degraded"
    assert (one.name, one.state, one.detail) == ("elasticsearch", "down", "no answer")
    assert one.breakers == {"read": "open", "write": "closed"}


@pytest.mark.parametrize(
    "body", [b"", b"ok", b"[]", b"{}", b'{"dependencies": 3}', b"\xff\xfe", b'{"status": "ready"}']
)
def test_others_do_not_tell(body: bytes) -> None:
    told = read_health(200, body)
    assert (told.told, told.dependencies) == (SILENT, ())


def test_what_is_told_otherwise_or_without_end_is_bounded() -> None:
    many = {f"part-{number}": {"status": "x" * 10_000} for number in range(1000)}
    told = read_health(503, json.dumps({"dependencies": {"db": "up", **many}}).encode())
    assert told.told == "HTTP 503"
    assert told.dependencies[0].state == "up"
    assert len(told.dependencies) == MOST_DEPENDENCIES
    assert len(told.dependencies[1].state) == 200

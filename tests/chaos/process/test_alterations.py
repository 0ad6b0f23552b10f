"""What a process is started with for as long as a fault lasts, and what of it is told."""

from dataclasses import replace
from typing import Literal

import pytest
from pydantic import JsonValue

from chaos.errors import InvalidArgumentError
from chaos.faults import make_fault
from chaos.faults.process import clock_step
from chaos.faults.process.restarted_with import RestartedWith
from chaos.faults.process.secret_rotated import SecretRotated
from chaos.faults.process.writes_rejected import WritesRejected
from evidence.stack_record import StackProcess

SERVICE = StackProcess(
    "service",
    "service",
    1,
    1.0,
    ("python",),
    "/",
    {"SERVICE_TOKEN_SECRET": "old-token", "SERVICE_KEY_PEPPER": "old-pepper"},
    None,
    0,
    (),
    "/dev/null",
    None,
)


@pytest.mark.parametrize("believed", [True, False])
@pytest.mark.parametrize(
    ("secret", "now", "before", "old"),
    [
        ("token", "SERVICE_TOKEN_SECRET", "SERVICE_TOKEN_PREVIOUS_SECRET", "old-token"),
        ("key-pepper", "SERVICE_KEY_PEPPER", "SERVICE_KEY_PREVIOUS_PEPPER", "old-pepper"),
    ],
)
def test_a_secret_is_made_anew_and_written_down_nowhere(
    secret: Literal["token", "key-pepper"], now: str, before: str, old: str, believed: bool
) -> None:
    fault = make_fault("secret-rotated", {"secret": secret, "previous_is_believed": believed})
    rotated = SecretRotated(secret, believed)
    first, second = rotated.alteration(SERVICE).environment, rotated.alteration(SERVICE).environment
    assert len({first[now], second[now], old}) == 3
    assert len(first[now]) >= 32
    assert first[before] == (old if believed else "")
    assert dict(fault.parameters()) == {"secret": secret, "previous_is_believed": believed}


def test_what_has_no_secret_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="SERVICE_TOKEN_SECRET"):
        SecretRotated().alteration(replace(SERVICE, environment={}))


def test_only_the_stack_s_elasticsearch_rejects_writes() -> None:
    with pytest.raises(InvalidArgumentError, match="is not the stack's Elasticsearch"):
        WritesRejected().alteration(SERVICE)
    elasticsearch = replace(SERVICE, argv=("sh", "-c", "x", "/config/server-arguments", "java"))
    (altered,) = WritesRejected().alteration(elasticsearch).replaced.items()
    assert altered == ("/config/server-arguments", "/config/server-arguments-writes-rejected")


@pytest.mark.parametrize(
    ("fault", "parameters", "message"),
    [
        ("restarted-with", {}, "one of them must say what is different"),
        ("restarted-with", {"environment": {"A": 1}}, "environment"),
        ("clock-step", {"offset_s": 5}, "at least 30 s"),
        ("slowed", {"running_share": 1.0}, "running_share"),
        ("slowed", {"period_ms": 20}, "period_ms"),
        ("secret-rotated", {"secret": "password"}, "secret"),
        ("frozen", {"hard": True}, "hard"),
    ],
)
def test_a_strength_that_cannot_be_is_refused(
    fault: str, parameters: dict[str, JsonValue], message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        make_fault(fault, parameters)


def test_further_arguments_come_last() -> None:
    assert RestartedWith(arguments=("-c", "x=1")).alteration(SERVICE).arguments == ("-c", "x=1")


def test_a_clock_step_says_what_it_needs(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere, place = tmp_path_factory.mktemp("nowhere"), tmp_path_factory.mktemp("lib")
    with pytest.raises(InvalidArgumentError, match="apt install faketime"):
        clock_step.find_library((str(nowhere),))
    library = place / "x86_64-linux-gnu" / "faketime" / clock_step.LIBRARY
    library.parent.mkdir(parents=True)
    library.touch()
    assert clock_step.find_library((str(nowhere), str(place))) == library

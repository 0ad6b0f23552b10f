"""The experiments of the service's own faults, beside a service with several workers and users of it."""

import email.utils
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

import stack
from evidence.ports import StackPorts
from evidence.tenants_record import Tenant, read_tenants
from evidence.undo_record import left_broken
from stormproof.run.service import SERVICE, seed, start_service
from tests.chaos.experiment_process import ExperimentProcess
from tests.chaos.service_client import ServiceClient, Writers, lost
from tests.chaos.waiting import wait_for
from tests.conftest import RealStack

pytestmark = pytest.mark.stack

TENANTS = 24
"""Of 500 writes a minute each: more than their writers get done in a test."""
SETTINGS = {"SERVICE_WORKERS": "3", "SERVICE_DRAIN_S": "0.1"}


@pytest.fixture(scope="module")
def tenants(real_stack: RealStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tenant, ...]]:
    """Of a service that runs."""
    seed(real_stack.home, {"enterprise": TENANTS}, TENANTS, 1, lambda _: None)
    folder = tmp_path_factory.mktemp("service")
    start_service(real_stack.home, None, cwd=folder, own_settings=SETTINGS)
    yield read_tenants(real_stack.home.tenants_file).tenants
    stack.end_processes(real_stack.settings, lambda one: one.name == SERVICE)


@pytest.fixture
def port(real_stack: RealStack) -> int:
    return StackPorts(real_stack.port_base).service


@pytest.fixture
def client(port: int) -> Iterator[Callable[[], ServiceClient]]:
    """Opens a new connection each time: those from before are cut."""
    opened: list[ServiceClient] = []

    def connect() -> ServiceClient:
        opened.append(ServiceClient(port))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@pytest.fixture
def experiment(real_stack: RealStack, tmp_path: Path) -> Callable[..., ExperimentProcess]:
    def make(name: str, hold_s: float, *variables: str) -> ExperimentProcess:
        port_base = real_stack.port_base
        return ExperimentProcess(tmp_path, port_base, name, hold_s, variables, in_stack_home=True)

    return make


def assert_felt_and_gone(experiment: ExperimentProcess, ended: tuple[int, str]) -> None:
    exit_code, output = ended
    assert exit_code == 0, output
    windows = experiment.windows()
    assert windows
    assert [(one.failures, one.felt, one.healed) for one in windows] == [((), True, True)] * len(windows)
    assert left_broken(experiment.home.undo_file) == ()


def test_a_worker_that_is_killed_with_writes_in_hand_loses_none_that_was_acknowledged(
    experiment: Callable[..., ExperimentProcess], tenants: tuple[Tenant, ...], port: int
) -> None:
    killing = experiment("service-worker-killed", 0.2)
    with Writers(port, tenants, "worker-killed") as writers:
        ended = killing.run()
    assert_felt_and_gone(killing, ended)
    (window,) = killing.windows()
    assert window.target == SERVICE
    assert writers.unanswered, "it had nothing in hand"
    assert writers.kept
    assert lost(port, writers.kept) == []


@pytest.mark.parametrize("believed", [True, False])
def test_a_token_outlives_a_rotation_only_while_its_secret_is_believed(
    experiment: Callable[..., ExperimentProcess],
    client: Callable[[], ServiceClient],
    tenants: tuple[Tenant, ...],
    believed: bool,
) -> None:
    tenant = tenants[0]
    seeded = f"/documents/{tenant.document_id(0)}"

    def begin() -> str:
        return str(client().ask("POST", "/tokens", tenant.api_key).json["access_token"])

    def status(bearer: str) -> int:
        return client().ask("GET", seeded, bearer).status

    before = begin()
    assert status(before) == HTTPStatus.OK
    rotating = experiment("service-secret-rotated", 1.0, f"previous_is_believed:bool={believed}".lower())
    process = rotating.start_until_felt(targets=1)
    during = begin()
    seen = [status(bearer) for bearer in (before, during, tenant.api_key)]
    assert_felt_and_gone(rotating, rotating.finish(process))
    assert seen == [HTTPStatus.OK if believed else HTTPStatus.UNAUTHORIZED, HTTPStatus.OK, HTTPStatus.OK]
    # The secret from before is back: what the other signed is worth nothing.
    assert [status(bearer) for bearer in (before, during)] == [HTTPStatus.OK, HTTPStatus.UNAUTHORIZED]


@pytest.mark.production
@pytest.mark.parametrize("offset_s", [3600, -3600])
def test_writes_keep_their_order_through_a_step_of_the_clock_and_back(
    experiment: Callable[..., ExperimentProcess],
    client: Callable[[], ServiceClient],
    tenants: tuple[Tenant, ...],
    offset_s: int,
) -> None:
    """It needs libfaketime (Debian: faketime)."""
    tenant, document_id = tenants[1], f"clock-step-{offset_s}"
    versions: list[int] = []

    def write_and_read(title: str) -> None:
        reply = client().write(tenant, document_id, title)
        assert reply.status == HTTPStatus.ACCEPTED
        version = reply.json["version"]
        assert isinstance(version, int)
        versions.append(version)
        found = client().read(tenant, document_id)
        assert (found.status, found.json["title"]) == (HTTPStatus.OK, title)
        assert found.json["version"] == version

    write_and_read("before")
    stepping = experiment("service-clock-step", 2.0, f"offset_s:float={offset_s}")
    process = stepping.start_until_felt(targets=1)
    told = client().read(tenant, tenant.document_id(0)).headers["date"]
    write_and_read("during")
    assert_felt_and_gone(stepping, stepping.finish(process))
    write_and_read("after")
    off_s = email.utils.parsedate_to_datetime(told).timestamp() - time.time()
    assert off_s == pytest.approx(offset_s, abs=60)
    assert versions == sorted(set(versions))


def test_a_full_journal_refuses_writes_and_keeps_those_that_it_took(
    experiment: Callable[..., ExperimentProcess], tenants: tuple[Tenant, ...], port: int
) -> None:
    filling = experiment("service-journal-full", 3.0)
    process = filling.start_until_felt(targets=2)
    with Writers(port, tenants, "journal-full") as writers:
        wait_for(lambda: HTTPStatus.SERVICE_UNAVAILABLE in writers.statuses, "a journal is full")
    assert_felt_and_gone(filling, filling.finish(process))
    assert {window.target for window in filling.windows()} == {SERVICE, "postgres"}
    refused = next(one for one in writers.refused if one.status == HTTPStatus.SERVICE_UNAVAILABLE)
    assert refused.json["type"] == "urn:document-search:problem:unavailable"
    assert int(refused.headers["retry-after"]) >= 1
    assert {one.durability for one in writers.kept} == {"local"}
    assert lost(port, writers.kept) == []

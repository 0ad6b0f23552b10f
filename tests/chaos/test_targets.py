"""Targets of every kind are found as an experiment names them, and found again from their record."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from chaos.address import Address
from chaos.errors import ChaosError, InvalidArgumentError, NotLoopbackError, ProcessGoneError
from chaos.probes.speech import Speech
from chaos.targets.direct import DIRECT
from chaos.targets.names import target_names
from chaos.targets.process import PROCESS
from chaos.targets.proxy import PROXY
from chaos.targets.service import SERVICE
from chaos.targets.settings import TargetSettings, read_target_settings
from chaos.targets.whereabouts import Whereabouts
from chaos.toxiproxy import Toxiproxy
from evidence.documents import write_document
from evidence.stack_record import StackPart, StackProcess, StackRecord
from tests.chaos.fake_toxiproxy import fake_toxiproxy

NOWHERE = Toxiproxy(Address("127.0.0.1", 1))


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits to be ended."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def registered(process: subprocess.Popen[bytes], name: str, port: int, role: str) -> StackProcess:
    return StackProcess(
        name=name,
        role="service" if role == "service" else "part",
        pid=process.pid,
        created_at_s=psutil.Process(process.pid).create_time(),
        argv=("x",),
        cwd="/",
        environment={},
        user=None,
        nice=0,
        ports=(port,),
        log_file="/dev/null",
        run=None,
    )


@pytest.fixture
def whereabouts(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> Whereabouts:
    """A stack of one dependency and one service, both of which are the same sleeping process."""
    part = StackPart("postgres", "18", 7002, "postgres", 7012)
    processes = (
        registered(sleeper, "postgres", 7002, "part"),
        registered(sleeper, "service-1", 7080, "service"),
    )
    write_document(tmp_path / "stack.json", StackRecord(7000, (part,), processes), StackRecord)
    return Whereabouts(NOWHERE, tmp_path / "stack.json")


def foreign(whereabouts: Whereabouts, **settings: object) -> Whereabouts:
    """The same, and a target of the experiment's own, called `mine`."""
    targets = read_target_settings({"mine": settings})
    return Whereabouts(whereabouts.toxiproxy, whereabouts.stack_file, targets)


def test_a_foreign_proxy_speaks_as_the_experiment_says() -> None:
    with fake_toxiproxy({"orders": 7000}) as fake:
        settings = {"orders": TargetSettings(dialect="tcp", say="hello")}
        found = PROXY.find(Whereabouts(fake.client, Path("/none"), settings), "orders")
        with pytest.raises(InvalidArgumentError, match=r"'orders' is unknown.*targets: \{orders: \{dialect"):
            PROXY.find(Whereabouts(fake.client, Path("/none")), "orders")
    assert (found.name, found.door.speech) == ("orders", Speech("tcp", say="hello"))
    assert PROXY.read(found.parameters(), "undo a").door == found.door


def test_all_are_the_proxies_that_there_are() -> None:
    with fake_toxiproxy({"orders": 1, "shop": 2}) as fake:
        assert target_names(Whereabouts(fake.client, Path("/none")), "all") == ("orders", "shop")
    with fake_toxiproxy({}) as fake, pytest.raises(InvalidArgumentError, match="has no proxy"):
        target_names(Whereabouts(fake.client, Path("/none")), "all")


@pytest.mark.parametrize("targets", ["orders", [], ["orders", "orders"]])
def test_targets_are_a_list_of_different_names(targets: list[str] | str) -> None:
    with pytest.raises(InvalidArgumentError, match="a list of different names of targets, or all"):
        target_names(Whereabouts(NOWHERE, Path("/none")), targets)


def test_a_dependency_is_reached_at_its_own_port_and_by_its_clients_through_the_proxy(
    whereabouts: Whereabouts,
) -> None:
    found = DIRECT.find(whereabouts, "postgres")
    assert (found.door.address.port, found.client_door.address.port) == (7002, 7012)
    assert DIRECT.read(found.parameters(), "undo a") == found


def test_a_foreign_dependency_is_reached_where_the_experiment_says(whereabouts: Whereabouts) -> None:
    found = DIRECT.find(foreign(whereabouts, dialect="redis", address="127.0.0.1:6379"), "mine")
    assert str(found.door.address) == "127.0.0.1:6379"
    assert DIRECT.read(found.parameters(), "undo a") == found
    with pytest.raises(NotLoopbackError):
        DIRECT.find(foreign(whereabouts, dialect="redis", address="10.0.0.7:6379"), "mine")


@pytest.mark.parametrize(("name", "port"), [("postgres", 7012), ("service-1", 7080)])
def test_a_process_of_the_stack_is_found_by_its_name(whereabouts: Whereabouts, name: str, port: int) -> None:
    found = PROCESS.find(whereabouts, name)
    assert found.running() is not None
    assert found.door is not None
    assert found.door.address.port == port
    assert PROCESS.read(found.parameters(), "undo a") == found


def test_a_foreign_process_is_found_by_its_pid_file(
    whereabouts: Whereabouts, sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    pid_file = tmp_path / "app.pid"
    pid_file.write_text(f"{sleeper.pid}\n/var/lib/app\n")
    found = PROCESS.find(foreign(whereabouts, pid_file=str(pid_file)), "mine")
    assert (found.pid, found.door) == (sleeper.pid, None)
    assert PROCESS.read(found.parameters(), "undo a") == found


def test_a_process_that_ended_is_not_taken_for_another(
    whereabouts: Whereabouts, sleeper: subprocess.Popen[bytes]
) -> None:
    found = PROCESS.find(whereabouts, "postgres")
    sleeper.kill()
    sleeper.wait()
    assert found.running() is None
    with pytest.raises(ProcessGoneError, match="does not run"):
        PROCESS.find(whereabouts, "postgres")
    reused = dict(found.parameters()) | {"pid": str(os.getpid())}
    assert PROCESS.read(reused, "undo a").running() is None


@pytest.mark.parametrize("content", ["", "soon", "1", "-4"])
def test_a_pid_file_without_a_pid_is_refused(whereabouts: Whereabouts, tmp_path: Path, content: str) -> None:
    pid_file = tmp_path / "app.pid"
    pid_file.write_text(content)
    with pytest.raises(InvalidArgumentError, match="must be a pid"):
        PROCESS.find(foreign(whereabouts, pid_file=str(pid_file)), "mine")


def test_a_service_is_found_by_its_name_or_its_url(whereabouts: Whereabouts) -> None:
    ours = SERVICE.find(whereabouts, "service-1")
    assert ours.parameters()["url"] == "http://127.0.0.1:7080/health/ready"
    theirs = SERVICE.find(foreign(whereabouts, url="http://localhost:8080/up?deep=1"), "mine")
    assert (theirs.base_url, theirs.door.speech.path) == ("http://127.0.0.1:8080", "/up?deep=1")
    for found in (ours, theirs):
        assert SERVICE.read(found.parameters(), "undo a") == found


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://localhost/up", "must be as http"),
        ("http://user@localhost/up", "must be as http"),
        ("http://10.0.0.7:80/up", "not on this machine"),
        ("up", "must be as http"),
    ],
)
def test_a_url_that_cannot_be_asked_is_refused(whereabouts: Whereabouts, url: str, message: str) -> None:
    with pytest.raises(ChaosError, match=message):
        SERVICE.find(foreign(whereabouts, url=url), "mine")


@pytest.mark.parametrize("kind", [DIRECT, PROCESS, SERVICE], ids=lambda kind: str(kind.undo_kind))
def test_a_target_that_nobody_knows_is_refused_with_what_to_do(
    whereabouts: Whereabouts, kind: object
) -> None:
    assert isinstance(kind, type(DIRECT) | type(PROCESS))
    with pytest.raises(InvalidArgumentError, match="configuration"):
        kind.find(foreign(whereabouts, dialect="redis"), "mine")
    with pytest.raises(InvalidArgumentError, match="stormproof up"):
        kind.find(Whereabouts(NOWHERE, Path("/none/stack.json")), "postgres")


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"mine": {"dialect": "mysql"}}, "targets.mine.dialect"),
        ({"mine": {"port": 3}}, "targets.mine.port"),
        ({"mine": {"dialect": "tcp"}}, "targets.mine: .*needs `say`"),
        (["mine"], "targets."),
    ],
)
def test_a_mistake_in_the_targets_of_a_configuration_is_named(settings: object, where: str) -> None:
    with pytest.raises(InvalidArgumentError, match=where):
        read_target_settings(settings)

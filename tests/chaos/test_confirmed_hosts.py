"""On another host things are broken only where somebody said yes to it, and are healed by their record."""

from pathlib import Path

import pytest

from chaos.command import experiment_command
from chaos.errors import NotFeltError, NotLoopbackError
from chaos.faults import make_fault
from chaos.healing import HealState
from chaos.session import find_whereabouts, read_session
from chaos.targets.direct import DIRECT
from chaos.undo import heal
from evidence.undo_record import left_broken
from tests.chaos.bench import Bench
from tests.chaos.fake_toxiproxy import FakeToxiproxy, fake_redis, fake_toxiproxy

ANOTHER = "127.1"
"""Another host, as far as anybody can tell from its name; what listens there is on this one."""


def configuration(fake: FakeToxiproxy, **more: str) -> dict[str, object]:
    targets = {"sessions": {"dialect": "redis", "address": f"{ANOTHER}:6379"}}
    return {"toxiproxy": f"{ANOTHER}:{fake.port}", "targets": targets, **more}


def test_a_fault_on_a_confirmed_host_is_made_and_undone_from_its_record_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"sessions": port}) as fake:
        fake.proxies["sessions"]["listen"] = f"0.0.0.0:{port}"
        whereabouts = find_whereabouts(configuration(fake, confirm_hosts=f"db.example {ANOTHER}"))
        with pytest.raises(NotFeltError, match=rf"at {ANOTHER}:{port}"):
            bench.injection_in(whereabouts).break_all(make_fault("refused", {}), ["sessions"])
        assert not fake.proxies["sessions"]["enabled"]
        (healing,) = heal(bench.home, bench.timing).healings
        assert fake.proxies["sessions"]["enabled"]
    assert healing.state is HealState.HEALED, healing.detail
    assert left_broken(bench.home.undo_file) == ()


@pytest.mark.parametrize("yes", [{}, {"confirm_hosts": ""}, {"confirm_hosts": "db.example"}])
def test_a_host_that_nobody_confirmed_is_refused(yes: dict[str, str]) -> None:
    with fake_toxiproxy({"sessions": 1}) as fake:
        with pytest.raises(NotLoopbackError, match=f"confirm_hosts: {ANOTHER}"):
            find_whereabouts(configuration(fake, **yes))
        assert fake.requests == []


def test_a_dependency_on_a_confirmed_host_is_found_again_from_its_record() -> None:
    with fake_toxiproxy({"sessions": 1}) as fake:
        found = DIRECT.find(find_whereabouts(configuration(fake, confirm_hosts=ANOTHER)), "sessions")
    assert str(found.door.address) == f"{ANOTHER}:6379"
    assert DIRECT.read(found.parameters(), "undo a") == found
    unconfirmed = {key: value for key, value in found.parameters().items() if key != "confirm_hosts"}
    with pytest.raises(NotLoopbackError, match="undo a, address"):
        DIRECT.read(unconfirmed, "undo a")


def test_a_toxiproxy_that_another_host_refuses_is_not_taken_for_one_that_ended(tmp_path: Path) -> None:
    """A firewall may refuse the way to it: the fault is there still."""
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"sessions": port}) as fake:
        fake.proxies["sessions"]["listen"] = f"0.0.0.0:{port}"
        whereabouts = find_whereabouts(configuration(fake, confirm_hosts=ANOTHER))
        with pytest.raises(NotFeltError):
            bench.injection_in(whereabouts).break_all(make_fault("refused", {}), ["sessions"])
    (healing,) = heal(bench.home, bench.timing).healings
    assert healing.state is HealState.FAILED
    assert len(left_broken(bench.home.undo_file)) == 1


def test_supervision_passes_the_yes_on_to_the_faults(tmp_path: Path) -> None:
    journal, file = tmp_path / "journal.json", tmp_path / "e.yaml"
    command = experiment_command(file, tmp_path, 1.0, journal, confirmed=("b.example", ANOTHER))
    assert command[-3:-1] == ("--var", f"confirm_hosts={ANOTHER} b.example")
    assert "confirm_hosts" not in " ".join(experiment_command(file, tmp_path, 1.0, journal))


def test_services_on_a_confirmed_host_are_asked(tmp_path: Path) -> None:
    told = {
        "experiment": "e",
        "run_dir": str(tmp_path),
        "felt_at": f"http://{ANOTHER}:80/health",
        "confirm_hosts": ANOTHER,
    }
    (door,) = read_session(told).service_doors
    assert str(door.address) == f"{ANOTHER}:80"
    with pytest.raises(NotLoopbackError, match="configuration, felt_at"):
        read_session(told | {"confirm_hosts": ""})

"""Whatever was left broken is healed, once, the newest first, and told where its history is kept."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.errors import NotFeltError
from chaos.faults import make_fault
from chaos.faults.fault import Mark
from chaos.faults.kind import AnyFault
from chaos.faults.network.latency import Latency
from chaos.healing import HealState
from chaos.history import Occurrence
from chaos.targets.whereabouts import Whereabouts
from chaos.undo import heal
from chaos.undo_plan import UndoPlan, read_plan
from evidence.timeline import TimelineEventName, fault_windows
from evidence.undo_record import UndoRecord, UndoState, append_undo, left_broken
from tests.chaos.bench import Bench
from tests.chaos.fake_toxiproxy import FakeToxiproxy, fake_redis, fake_toxiproxy

PROXIES = ("redis-cache", "redis-state")
FAULTS = (
    make_fault("refused", {}),
    make_fault("latency", {"latency_ms": 200}),
    make_fault("latency", {"latency_ms": 300, "jitter_ms": 20, "direction": "upstream"}),
)
HEALING, HEALED = TimelineEventName.HEALING, TimelineEventName.HEALED
HEAL_VERIFIED, FAILED = TimelineEventName.HEAL_VERIFIED, TimelineEventName.FAILED


def break_unfelt(
    bench: Bench, fake: FakeToxiproxy, proxy: str = "redis-cache", fault: AnyFault | None = None
) -> None:
    """Leave a fault behind: told, written to undo.jsonl, made."""
    with pytest.raises(NotFeltError):
        bench.injection(fake.client).break_all(fault or FAULTS[0], [proxy])


def test_a_fault_left_behind_is_healed_and_its_timeline_completed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        report = heal(bench.home, bench.timing)
        assert fake.client.proxy("redis-cache").enabled
    assert [(one.target, one.state) for one in report.healings] == [("redis-cache", HealState.HEALED)]
    assert report.clean
    assert bench.steps("redis-cache")[-3:] == [HEALING, HEALED, HEAL_VERIFIED]
    assert {one.writer for one in bench.faults()[-3:]} == {"heal"}
    (window,) = fault_windows(bench.faults())
    assert window.healed
    assert left_broken(bench.home.undo_file) == ()


def test_healing_again_does_and_tells_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        heal(bench.home, bench.timing)
        told = bench.faults()
        report = heal(bench.home, bench.timing)
    assert (report.healings, report.strays, report.clean) == ((), (), True)
    assert bench.faults() == told


def test_there_is_nothing_to_heal_where_nothing_ever_was(tmp_path: Path) -> None:
    report = heal(Bench(tmp_path).home, Bench(tmp_path).timing)
    assert (report.healings, report.strays, report.clean) == ((), (), True)
    assert not Bench(tmp_path).home.state_dir.exists()


def test_faults_of_a_toxiproxy_that_is_gone_ended_with_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
    (healing,) = heal(bench.home, bench.timing).healings
    assert healing.state is HealState.GONE
    assert "stormproof up" in healing.detail
    assert bench.steps("redis-cache")[-3:] == [HEALING, HEALED, FAILED]
    assert left_broken(bench.home.undo_file) == ()


def test_a_fault_of_a_proxy_that_its_owner_has_taken_away_is_gone(tmp_path: Path) -> None:
    """Somebody else's Toxiproxy, started again with other proxies."""
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake, fault=FAULTS[1])
        fake.proxies["sessions"] = fake.proxies.pop("redis-cache") | {"name": "sessions"}
        (healing,) = heal(bench.home, bench.timing).healings
    assert healing.state is HealState.GONE
    assert left_broken(bench.home.undo_file) == ()


def test_a_toxiproxy_that_refuses_leaves_the_undo_for_the_next_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        fake.behaviour = "fails"
        report = heal(bench.home, bench.timing)
        assert [one.state for one in report.healings] == [HealState.FAILED]
        assert not report.clean
        fake.behaviour = "remembers"
        assert heal(bench.home, bench.timing).clean
        assert fake.client.proxy("redis-cache").enabled


def test_a_toxiproxy_that_says_it_has_undone_a_fault_and_has_not_is_not_believed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake, fault=FAULTS[1])
        fake.behaviour = "forgets"
        (healing,) = heal(bench.home, bench.timing).healings
    assert healing.state is HealState.FAILED
    assert "still has it" in healing.detail
    assert len(left_broken(bench.home.undo_file)) == 1


def test_a_dependency_that_stays_dead_is_not_called_healed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        (record,) = left_broken(bench.home.undo_file)
        dead = dict(record.parameters) | {"listen": "127.0.0.1:1"}
        append_undo(
            bench.home.undo_file,
            UndoRecord(record.id, 2, record.state, record.kind, dead, record.fault, record.timeline_file),
        )
        (healing,) = heal(bench.home, bench.timing).healings
        assert fake.client.proxy("redis-cache").enabled
    assert healing.state is HealState.FAILED
    assert "redis-cache is refused at 127.0.0.1:1" in healing.detail
    assert bench.steps("redis-cache")[-3:] == [HEALING, HEALED, FAILED]


def test_a_fault_that_ended_by_itself_is_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        fake.client.set_enabled("redis-cache", enabled=True)
        assert heal(bench.home, bench.timing).clean
    assert bench.steps("redis-cache")[-4:] == [HEALING, FAILED, HEALED, HEAL_VERIFIED]
    assert "is not in place" in str(bench.faults()[-3].detail["reason"])


def test_healing_does_not_wait_for_evidence(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        bench.timeline_file.unlink()
        bench.timeline_file.mkdir()
        (healing,) = heal(bench.home, bench.timing).healings
        assert fake.client.proxy("redis-cache").enabled
    assert healing.state is HealState.HEALED
    assert str(bench.timeline_file) in str(healing.evidence_lost)


def test_healing_does_not_wait_for_a_claim_that_cannot_be_had(tmp_path: Path) -> None:
    """As on a disk that is full."""
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        claims = bench.home.undo_file.with_name("undo-claims")
        shutil.rmtree(claims)
        claims.write_text("no folder")
        report = heal(bench.home, bench.timing)
        assert fake.client.proxy("redis-cache").enabled
    assert [one.state for one in report.healings] == [HealState.HEALED]
    assert left_broken(bench.home.undo_file) == ()


def test_a_healing_that_goes_wrong_in_an_unforeseen_way_keeps_no_other_from_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        break_unfelt(bench, fake, fault=FAULTS[1])

        def fail(*_: object) -> None:
            raise psutil.NoSuchProcess(4711)

        monkeypatch.setattr(Latency, "heal", fail)  # the newest, and so the first that is undone
        report = heal(bench.home, bench.timing)
        assert fake.client.proxy("redis-cache").enabled
    assert [one.state for one in report.healings] == [HealState.FAILED, HealState.HEALED]
    assert "4711" in report.healings[0].detail
    assert [one.fault for one in left_broken(bench.home.undo_file)] == ["latency"]


def test_a_line_that_nobody_understands_is_told_and_keeps_no_fault_from_being_healed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        with bench.home.undo_file.open("ab") as stream:
            stream.write(b'{"id": "of another version"}\n')
        report = heal(bench.home, bench.timing)
        assert fake.client.proxy("redis-cache").enabled
    assert [one.state for one in report.healings] == [HealState.HEALED]
    assert not report.clean
    (told,) = report.damaged
    assert f"{bench.home.undo_file}, line 2" in told


def test_a_run_folder_that_was_removed_stays_removed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        bench.timeline_file.unlink()
        assert heal(bench.home, bench.timing).clean
    assert not bench.timeline_file.exists()


def test_an_undo_of_another_version_is_told_and_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    append_undo(bench.home.undo_file, UndoRecord("a", 1, UndoState.PLANNED, "sorcery", {}, "cursed", None))
    report = heal(bench.home, bench.timing)
    assert not report.clean
    assert "kind 'sorcery' is unknown" in report.healings[0].detail
    assert len(left_broken(bench.home.undo_file)) == 1


@pytest.mark.parametrize("damage", [{"fault_parameters": "{"}, {"admin": "10.0.0.7:1"}, {"dialect": "{"}])
def test_a_damaged_undo_breaks_nothing_else(tmp_path: Path, damage: dict[str, str]) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        break_unfelt(bench, fake)
        (record,) = left_broken(bench.home.undo_file)
        damaged = dict(record.parameters) | damage
        append_undo(
            bench.home.undo_file, UndoRecord("b", 2, UndoState.PLANNED, "toxiproxy", damaged, "refused", None)
        )
        report = heal(bench.home, bench.timing)
    assert [(one.id == "b", one.state) for one in report.healings] == [
        (True, HealState.FAILED),
        (False, HealState.HEALED),
    ]


def test_proxies_of_the_stack_that_nobody_owns_up_to_are_cleared_and_reported(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_toxiproxy({"redis-cache": 1, "redis-state": 1, "someone-elses": 1}) as fake:
        bench.write_stack(fake.port, PROXIES)
        for name in ("redis-cache", "someone-elses"):
            fake.client.set_enabled(name, enabled=False)
        fake.toxics("redis-cache").append(
            {
                "name": "x",
                "type": "timeout",
                "stream": "upstream",
                "toxicity": 1.0,
                "attributes": {"timeout": 0},
            }
        )
        report = heal(bench.home, bench.timing)
        cache, _, other = fake.client.proxies()
        assert (cache.enabled, cache.toxics, other.enabled) == (True, (), False)
    assert [(one.proxy, one.was, one.failure) for one in report.strays] == [
        ("redis-cache", "disabled, toxic x (timeout)", None)
    ]


def test_a_stack_whose_toxiproxy_does_not_answer_is_not_called_clean(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_toxiproxy({"redis-cache": 1}, "fails") as fake:
        bench.write_stack(fake.port, PROXIES)
        report = heal(bench.home, bench.timing)
    assert not report.clean
    assert "made to fail" in str(report.strays[0].failure)


@settings(max_examples=25)  # real requests on loopback: some 5 ms each
@given(
    st.lists(
        st.tuples(st.sampled_from(PROXIES), st.sampled_from(FAULTS), st.booleans()), min_size=1, max_size=6
    ),
    st.booleans(),
)
def test_any_history_of_faults_ends_with_nothing_broken(
    history: list[tuple[str, AnyFault, bool]], cut: bool
) -> None:
    with (
        TemporaryDirectory() as folder,
        fake_redis() as port,
        fake_toxiproxy(dict.fromkeys(PROXIES, port)) as fake,
    ):
        bench = Bench(Path(folder))
        open_ids = []
        for number, (proxy, fault, healed) in enumerate(history):
            bound = fault.on(Whereabouts(fake.client, bench.home.stack_file), proxy)
            mark = Mark(f"f{number}")
            plan = UndoPlan(Occurrence(mark.id, fault.name, "e", proxy), bound, mark)
            append_undo(bench.home.undo_file, plan.record(UndoState.PLANNED, number, None))
            bound.inject(mark)
            if healed:
                bound.heal(mark)
                append_undo(bench.home.undo_file, plan.record(UndoState.DONE, number, None))
            else:
                open_ids.append(plan.occurrence.id)
        if cut:  # a kill in the middle of writing the next plan: nothing was broken yet
            with bench.home.undo_file.open("ab") as stream:
                stream.write(json.dumps({"id": "f99", "at_ns": 99})[:-4].encode())
        report = heal(bench.home, bench.timing)
        assert [one.id for one in report.healings] == open_ids[::-1]
        assert report.clean
        for name in {proxy for proxy, _, healed in history if not healed}:
            assert (fake.client.proxy(name).enabled, fake.client.proxy(name).toxics) == (True, ())
        assert left_broken(bench.home.undo_file) == ()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_plan_comes_back_from_its_record(tmp_path: Path, fault: AnyFault) -> None:
    with fake_toxiproxy({"redis-cache": 7000}) as fake:
        bound = fault.on(Whereabouts(fake.client, tmp_path), "redis-cache")
    occurrence = Occurrence("a", fault.name, "redis-down", "redis-cache")
    plan = UndoPlan(occurrence, bound, Mark("a", {"maxmemory": "0"}))
    again = read_plan(plan.record(UndoState.PLANNED, 1, None))
    assert (again.occurrence, again.mark) == (occurrence, plan.mark)
    assert again.bound.fault_parameters() == fault.parameters()
    assert again.bound.target_parameters() == bound.target_parameters()


def test_a_line_written_before_targets_had_kinds_is_still_undone(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        fake.client.set_enabled("redis-cache", enabled=False)
        old = {
            "admin": str(fake.client.admin),
            "proxy": "redis-cache",
            "listen": f"127.0.0.1:{port}",
            "experiment": "redis-down",
            "fault_parameters": "{}",
        }
        record = UndoRecord("a", 1, UndoState.PLANNED, "toxiproxy", old, "refused", None)
        append_undo(bench.home.undo_file, record)
        (healing,) = heal(bench.home, bench.timing).healings
        assert fake.client.proxy("redis-cache").enabled
    assert (healing.target, healing.state) == ("redis-cache", HealState.HEALED)

"""What an experiment came to, from what it left in the run folder."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from chaos.supervision.experiment_file import Activity, ExperimentFile, Hypothesis, Provider
from evidence.run_folder import RunFolder
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, append_event
from evidence.verdict_record import Verdict
from stormproof.run.experiment_end import ExperimentEnd, conclude_experiment, journal_path
from stormproof.run.experiment_start import ExperimentStart

ACTION: dict[str, JsonValue] = {
    "name": "inject",
    "type": "action",
    "provider": {"type": "python", "module": "chaos.actions", "func": "inject"},
}
PROBE: dict[str, JsonValue] = {
    "name": "look",
    "type": "probe",
    "tolerance": True,
    "provider": {"type": "python", "module": "lamp", "func": "is_on"},
}
LIVED = ("injecting", "injected", "verified", "healing", "healed", "heal_verified")


def judged(path: Path, healer: str, name: JsonValue = "lamp-out") -> tuple[Verdict, set[str]]:
    folder = RunFolder(path)
    folder.logs_dir.mkdir()
    for at_ns, event in enumerate(LIVED, start=10):
        writer = healer if event.startswith("heal") else "chaos"
        told = TimelineEvent(
            at_ns,
            TimelineKind.FAULT,
            "refused",
            TimelineEventName(event),
            writer,
            id="1",
            experiment="lamp-out",
            target="lamp",
        )
        append_event(folder.timeline_file, told)
    met = {
        "steady_state_met": True,
        "probes": [{"activity": PROBE, "status": "succeeded", "output": True, "tolerance_met": True}],
    }
    journal = {
        "status": "completed",
        "steady_states": {"before": met, "after": met, "during": []},
        "run": [{"activity": ACTION, "status": "succeeded", "output": []}],
    }
    journal_path(folder, "made").write_text(json.dumps(journal))
    provider = Provider("python", module="chaos.actions", func="inject")
    parsed = ExperimentFile(
        "made",
        configuration={"experiment": name, "run_dir": ""},
        hypothesis=Hypothesis("h", (Activity("look", "probe", Provider("python"), tolerance=True),)),
        method=(Activity("inject", "action", provider),),
    )
    start = ExperimentStart(path / "lamp.yaml", parsed, 0.0, "made", path)
    record = conclude_experiment(folder, start, ExperimentEnd(1, 100, 0), {})
    return record.verdict, {one.rule for one in record.findings if one.verdict is not None}


def test_a_fault_that_its_experiment_has_healed_is_proved(tmp_path: Path) -> None:
    assert judged(tmp_path, "chaos") == (Verdict.MET, set())


@pytest.mark.parametrize("healer", ["watchdog", "heal"])
def test_a_fault_that_somebody_else_has_healed_was_cut_short_or_left_behind(
    tmp_path: Path, healer: str
) -> None:
    assert judged(tmp_path, healer) == (Verdict.INVALID, {"healed-by-others"})


def test_faults_are_those_of_the_name_that_the_environment_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMP_NAME", "lamp-out")
    assert judged(tmp_path, "chaos", {"type": "env", "key": "LAMP_NAME"}) == (Verdict.MET, set())

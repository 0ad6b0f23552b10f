"""An experiment that proves nothing says so, in its timeline and by its exit code."""

from pathlib import Path

import pytest
import yaml

from chaos.experiment_files import experiment_path
from evidence.timeline import TimelineEventName
from evidence.undo_record import left_broken
from tests.chaos.bench import unused_port
from tests.chaos.experiment_process import ExperimentProcess
from tests.chaos.fake_toxiproxy import Behaviour, fake_redis, fake_toxiproxy

TARGETS = ("redis-cache", "redis-state")


@pytest.mark.parametrize(
    ("behaviour", "reason"), [("forgets", "did not apply it"), ("remembers", "is not felt at")]
)
def test_an_injection_that_does_nothing_fails_the_experiment(
    tmp_path: Path, behaviour: Behaviour, reason: str
) -> None:
    with fake_redis() as port, fake_toxiproxy(dict.fromkeys(TARGETS, port), behaviour) as fake:
        experiment = ExperimentProcess(
            tmp_path,
            25000,
            variables=(f"toxiproxy=127.0.0.1:{fake.port}",),
            options=("--rollback-strategy", "never"),  # it heals what it has made without them
        )
        exit_code, output = experiment.run()
        assert all(proxy["enabled"] for proxy in fake.proxies.values())
    events = {one.event for one in experiment.events()}
    assert TimelineEventName.VERIFIED not in events
    assert reason in " ".join(experiment.windows()[0].failures)
    assert not any(window.felt for window in experiment.windows())
    assert left_broken(experiment.home.undo_file) == ()
    assert exit_code != 0
    assert "is not evidence" in output


def test_no_toxiproxy_is_a_failure_that_says_what_to_do(tmp_path: Path) -> None:
    experiment = ExperimentProcess(tmp_path, 25000, variables=(f"toxiproxy=127.0.0.1:{unused_port()}",))
    exit_code, output = experiment.run()
    (window,) = experiment.windows()
    assert "the steady state was not met before the method" in window.failures[0]
    assert "stormproof up" in window.failures[0]
    assert "stormproof up" in output
    assert exit_code != 0
    assert not experiment.home.undo_file.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fault": "melted"}, "fault 'melted' is unknown"),
        ({"targets": []}, "must be a list of different names of targets"),
        ({"targets": ["redis-cache", "redis-cache"]}, "must be a list of different names of targets"),
    ],
)
def test_a_mistake_in_the_file_is_told_in_the_timeline(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    content = yaml.safe_load(experiment_path("redis-down").read_text())
    content["method"][0]["provider"]["arguments"] |= change
    file = tmp_path / "wrong.yaml"
    file.write_text(yaml.safe_dump(content))
    with fake_redis() as port, fake_toxiproxy(dict.fromkeys(TARGETS, port)) as fake:
        variables = (f"toxiproxy=127.0.0.1:{fake.port}",)
        experiment = ExperimentProcess(tmp_path, 25000, variables=variables, file=file)
        exit_code, _ = experiment.run()
        assert not any(request.startswith(("POST", "DELETE")) for request in fake.requests)
    (window,) = experiment.windows()
    assert reason in window.failures[0]
    assert exit_code != 0


def test_a_dry_run_is_no_evidence(tmp_path: Path) -> None:
    with fake_redis() as port, fake_toxiproxy(dict.fromkeys(TARGETS, port)) as fake:
        experiment = ExperimentProcess(
            tmp_path,
            25000,
            variables=(f"toxiproxy=127.0.0.1:{fake.port}",),
            options=("--dry", "actions"),
        )
        exit_code, _ = experiment.run()
    assert exit_code == 0  # so says Chaos Toolkit
    (window,) = experiment.windows()
    assert "ended as completed without a fault" in window.failures[0]

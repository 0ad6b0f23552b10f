"""Actions name what is wrong with their arguments, and healing is not interrupted."""

import signal

import pytest
from chaoslib.exceptions import InterruptExecution

from chaos import actions
from chaos.errors import InvalidArgumentError


@pytest.mark.parametrize("duration_s", ["soon", "-1", "nan", "inf", 3600.5, ""])
def test_a_senseless_duration_is_refused(duration_s: float | str) -> None:
    with pytest.raises(InvalidArgumentError, match="must be a number of seconds from 0 to 3600"):
        actions.hold(duration_s)


def test_a_duration_may_come_from_the_command_line_as_text() -> None:
    assert actions.hold("0.001") == 0.001


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({}, "configuration, run_dir: empty"),
        ({"run_dir": "/r", "experiment": ""}, "configuration, experiment: ''"),
        ({"run_dir": "/r", "experiment": "e", "port_base": "seven"}, "STORMPROOF_PORT_BASE='seven'"),
        ({"run_dir": "/r", "experiment": "e", "toxiproxy": "10.0.0.7:8474"}, "not on this machine"),
    ],
)
def test_a_configuration_that_cannot_be_used_interrupts(
    configuration: dict[str, object], message: str
) -> None:
    with pytest.raises(InterruptExecution, match=message):
        actions.inject("refused", ["redis-cache"], configuration=configuration)


def test_an_interrupt_during_healing_is_delivered_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def healing(*_: object) -> tuple[()]:
        signal.raise_signal(signal.SIGINT)
        done.append("healed")
        return ()

    monkeypatch.setattr(actions, "left_broken", healing)
    with pytest.raises(KeyboardInterrupt):
        actions.heal({"run_dir": "/r", "experiment": "e"})
    assert done == ["healed"]

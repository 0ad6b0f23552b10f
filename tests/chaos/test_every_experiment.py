"""Every experiment that comes with the project, run by Chaos Toolkit: felt by each target, and gone again."""

import os
import subprocess
from pathlib import Path

import pytest

from chaos.command import experiment_command
from chaos.experiment_files import experiment_names, experiment_path
from evidence.timeline import fault_windows, read_timeline
from evidence.undo_record import left_broken
from tests.chaos.conftest import INDEX, TABLE
from tests.conftest import RealStack

pytestmark = pytest.mark.stack

ELSEWHERE = ("redis-down", "postgres-down", "elasticsearch-slow")
"""Run by test_real_stack.py, which looks at them more closely."""
OF_THE_TESTS = {
    "elasticsearch-writes-blocked": (f"indices={INDEX}",),
    "elasticsearch-index-red": (f"indices={INDEX}",),
    "postgres-locks-held": (f"table={TABLE}", "database=postgres"),
}
"""Where an experiment is about what the reference service has."""


OF_THE_SERVICE = {name for name in experiment_names() if name.startswith("service-")}
"""Run by test_service_experiments.py, beside a service with several workers."""


@pytest.mark.parametrize("name", sorted(set(experiment_names()) - set(ELSEWHERE) - OF_THE_SERVICE))
def test_it_is_felt_by_each_target_and_gone_again(probed: RealStack, tmp_path: Path, name: str) -> None:
    journal = tmp_path / "logs" / "journal.json"
    journal.parent.mkdir()
    *command, file = experiment_command(experiment_path(name), tmp_path, 0.1, journal)
    variables = [part for one in OF_THE_TESTS.get(name, ()) for part in ("--var", one)]
    done = subprocess.run(
        [*command, *variables, file],
        env=os.environ | {"STORMPROOF_PORT_BASE": str(probed.port_base)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    windows = fault_windows(read_timeline(tmp_path / "timeline.jsonl"))
    assert windows
    assert [(one.target, one.failures, one.felt, one.healed) for one in windows] == [
        (one.target, (), True, True) for one in windows
    ]
    assert left_broken(probed.home.undo_file) == ()

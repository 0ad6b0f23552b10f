"""`stormproof slo RUN --looks`: a run that goes on, from a second terminal."""

import json
from pathlib import Path

from tests.slo.growing_run import being_written
from tests.slo.runs import steady
from tests.system.command import stormproof

OBJECTIVES = Path(__file__).parents[2] / "slo/objectives/availability-enterprise.yaml"


def test_a_look_tells_the_verdict_so_far_and_writes_nothing(tmp_path: Path) -> None:
    with being_written(tmp_path, steady(500)) as folder:
        ended = stormproof(
            "slo", str(folder.path), f"--objectives={OBJECTIVES}", "--looks=0", "--json", cwd=tmp_path
        )
        assert ended.returncode == 3, ended.stdout + ended.stderr
        told = json.loads(ended.stdout)
        assert told["validity"]["checks"][0]["name"] == "run-goes-on"
        assert "at every look" in told["objectives"][0]["interval"]["method"]
        assert not folder.verdict_file.exists()
        refused = stormproof(
            "slo", str(folder.path), f"--objectives={OBJECTIVES}", "--looks=0", "--budget", cwd=tmp_path
        )
        assert refused.returncode == 2
        assert "wait for the end of the run" in refused.stderr

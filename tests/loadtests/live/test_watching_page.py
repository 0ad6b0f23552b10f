"""docs/watching.md is true: its commands work, its conditions and limits are those that are judged."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from evidence.verdict_record import Verdict
from slo.evidence_view import open_evidence
from slo.validity import limits
from slo.validity.judge import check_validity
from tests.loadtests.live.test_show import REPOSITORY
from tests.loadtests.processes import Bench
from tests.slo.runs import steady, write_run

TEXT = (REPOSITORY / "docs/watching.md").read_text()
OF_ANY_RUN = {"run-ended", "record-files", "records-complete", "records-sane"}
ALLOWED = {
    "clock-step-ms": f"{limits.MOST_CLOCK_STEP_MS:g} ms",
    "generator-busy": f"{limits.MOST_BUSY_SHARE:.0%}",
    "gc-late-share": f"{limits.MOST_LATE_SHARE:.0%}",
    "event-loop-late-share": f"{limits.MOST_LATE_SHARE:.0%}",
    "event-loop-stall-s": f"{limits.MOST_STALL_S:g} s",
    "dispatch-lag-p99-ms": f"{limits.MOST_DISPATCH_LAG_MS:g} ms",
    "undelivered": f"{limits.MOST_UNDELIVERED:.1%}",
}


def test_the_table_has_every_condition_that_is_the_generators(tmp_path: Path) -> None:
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| ([^|]+) \|", TEXT, re.MULTILINE))
    with open_evidence(write_run(tmp_path, steady(50))) as evidence:
        judged = {check.name for check in check_validity(evidence).checks}
    assert set(rows) == judged - OF_ANY_RUN
    for name, allowed in ALLOWED.items():
        assert rows[name].startswith(allowed), name


def test_the_commands_of_the_page_work(bench: Bench, tmp_path: Path) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=50, duration_s=2)
    (block,) = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    told = {"scenario.yaml": str(scenario), "http://127.0.0.1:21080": server.url}
    commands = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert len(commands) == 2
    for words in commands:
        program = {".venv/bin/stormproof": ("-m", "stormproof"), ".venv/bin/python": ()}[words[0]]
        ended = subprocess.run(
            (sys.executable, *program, *(told.get(word, word) for word in words[1:])),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        # On a busy machine the load is no evidence, and says so.
        assert ended.returncode in {0, Verdict.INVALID.exit_code}, ended.stderr
        assert "offered" in ended.stderr

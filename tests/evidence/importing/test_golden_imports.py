"""Whole imports, as readers get them: the records of every committed file, and what run.json says of it.

After a change that is meant: `python -m tests.evidence.importing.test_golden_imports`; read the difference.
"""

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from evidence.importing.importer import import_results
from tests.evidence.importing.sources import SAMPLES, Sample, plan_of, rows_of

GOLDEN = Path(__file__).parent / "golden"
_MOST_ROWS = 25
_DEFAULTS = {"partial": False, "step": 0, "bytes": 0}


def golden_text(one: Sample, runs_dir: Path) -> str:
    """run.json less what differs from machine to machine, then a record a line; what is empty is left out.

    Of many records the first, and of the rest how many there are of each outcome.
    """
    imported = import_results(plan_of(one, runs_dir))
    run = json.loads(imported.folder.run_file.read_text())
    kept = {name: run[name] for name in ("id", "plan", "scenario", "target", "notes", "imported")}
    lines = [json.dumps(kept | {"started_ns": run["started_ns"], "ended_ns": run["ended_ns"]}, indent=1)]
    rows = rows_of(imported)
    for row in rows[:_MOST_ROWS]:
        told = {
            name: value for name, value in row.items() if value is not None and value != _DEFAULTS.get(name)
        }
        lines.append(json.dumps(told, ensure_ascii=False))
    if rest := rows[_MOST_ROWS:]:
        outcomes = dict(sorted(Counter(row["outcome"] for row in rest).items()))
        took_ns = sum((row["ended_ns"] or row["intended_ns"]) - row["intended_ns"] for row in rest)
        lines.append(json.dumps({"rest": outcomes, "ended - intended, ns": took_ns}))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.file)
def test_an_import_is_the_golden_one(one: Sample, tmp_path: Path) -> None:
    assert golden_text(one, tmp_path) == (GOLDEN / f"{one.file}.jsonl").read_text()


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for each in SAMPLES:
        with TemporaryDirectory() as temporary:
            (GOLDEN / f"{each.file}.jsonl").write_text(golden_text(each, Path(temporary)))

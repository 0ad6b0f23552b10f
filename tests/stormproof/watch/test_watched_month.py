"""`stormproof month` of a watch's folder."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from stormproof.cli.app import build_app
from tests.slo.months.test_watched import part, probes
from tests.system.breakable_shop import OBJECTIVE


def at(day: int, hour: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """October 2026 in two parts, between which the watch was off for six hours, and one of September."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    (tmp_path / "slo.yaml").write_text(OBJECTIVE)
    folder = tmp_path / "runs/watch"
    for begin, end in ((at(1, month=9), at(2, month=9)), (at(1), at(12, 6)), (at(12, 12), at(1, month=11))):
        made = part(tmp_path / "made", probes(begin, end))
        folder.mkdir(parents=True, exist_ok=True)
        made.rename(folder / f"{begin:%Y%m%dT%H%M%SZ}-synthetic")
    (folder / ".watch.lock").touch()
    begun = folder / "20261126T000000Z-synthetic"
    begun.mkdir()
    (begun / "part-of-a-watch").touch()
    return folder


def month(*sources: str) -> Result:
    return CliRunner().invoke(build_app(), ["month", "2026-10", *sources, "--objectives", "slo.yaml"])


def test_the_folder_stands_for_its_parts_of_the_month_and_hours_without_a_probe_are_missing(
    watched: Path,
) -> None:
    ended = month(str(watched))
    assert ended.exit_code == 3, ended.output
    record = json.loads(Path("months/2026-10/month.json").read_text())
    assert [source["name"][:8] for source in record["sources"]] == ["20261001", "20261012"]
    (one,) = record["objectives"]
    assert one["missing_minutes"] == pytest.approx(360, abs=3)
    rows = csv.DictReader(Path("months/2026-10/month.csv").read_text().splitlines())
    assert [row["day"] for row in rows if row["state"] == "partly missing"] == ["2026-10-12"]


def test_what_a_shell_makes_of_an_asterisk_is_understood(watched: Path) -> None:
    assert month(*(str(one) for one in watched.glob("[!.]*"))).exit_code == 3


def test_a_month_without_any_part_is_said_to_have_none(watched: Path) -> None:
    arguments = ["month", "2026-08", str(watched), "--objectives", "slo.yaml"]
    ended = CliRunner().invoke(build_app(), arguments)
    assert ended.exit_code == 2
    assert "no part of this watch is of that month" in ended.output

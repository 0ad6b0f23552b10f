"""What an experiment alone is given must arrive in it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from stormproof.cli.app import build_app


@pytest.mark.parametrize(
    "options",
    [
        ("--var", "latencyms=3000"),
        ("--", "--var", "latencyms=3000"),
        ("--", "--var-file", "variables.yaml"),
    ],
)
def test_a_variable_that_chaos_toolkit_would_drop_is_refused(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "variables.yaml").write_text("configuration: {latencyms: 3000}\n")
    ended = CliRunner().invoke(
        build_app(),
        ["chaos", "elasticsearch-slow", *options],
        env={"STORMPROOF_HOME": str(tmp_path / "home"), "COLUMNS": "500"},
    )
    assert ended.exit_code == 2
    assert "--var latencyms: not in the configuration of" in ended.output
    assert "latency_ms" in ended.output
    assert not (tmp_path / "runs").exists()

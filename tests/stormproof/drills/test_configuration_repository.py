"""Configuration goes into a repository and comes out of it the same."""

from pathlib import Path

from stack import StackSettings
from stormproof.drills.configuration_repository import (
    commit_configuration,
    kept_paths,
    restore_configuration,
)


def test_what_was_committed_is_restored_whatever_took_its_place(tmp_path: Path) -> None:
    settings = StackSettings(tmp_path, tmp_path / "state")
    (settings.state_dir / "config" / "toxiproxy").mkdir(parents=True)
    (settings.state_dir / "config" / "toxiproxy" / "proxies.json").write_text("[]")
    for name in ("pepper", "token-secret", "tenants.json"):
        (settings.state_dir / name).write_text(f"{name} of before")
    commit = commit_configuration(settings, tmp_path / "repository")
    (settings.state_dir / "pepper").write_text("made anew")
    (settings.state_dir / "config" / "toxiproxy" / "proxies.json").unlink()

    restore_configuration(settings, tmp_path / "repository", commit)

    assert (settings.state_dir / "pepper").read_text() == "pepper of before"
    assert (settings.state_dir / "config" / "toxiproxy" / "proxies.json").read_text() == "[]"
    assert all(path.exists() for path in kept_paths(settings))
    assert (settings.state_dir / "pepper").stat().st_mode & 0o077 == 0

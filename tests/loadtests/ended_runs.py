"""Runs of a Locust that stays: which there are, and that one has ended."""

from pathlib import Path

from evidence.run_folder import RunFolder
from tests.loadtests.waiting import wait_until


def run_folders(folder: Path) -> list[Path]:
    """In the order of their starts."""
    return sorted((folder / "runs").iterdir()) if (folder / "runs").is_dir() else []


def wait_for_end(folder: Path, runs: int) -> Path:
    """The last of so many runs, once ended: a state that the page shows may be over between two looks."""

    def ended() -> Path | None:
        folders = run_folders(folder)
        if len(folders) < runs or not (folders[-1] / "run.json").exists():
            return None
        return folders[-1] if RunFolder(folders[-1]).read_run().ended_ns is not None else None

    return wait_until(ended, f"the end of run {runs}")

"""Configuration of the parts and secrets of the service in a git repository.

In production secrets are encrypted before they are committed; here the repository is as closed as its files.
"""

import shutil
import subprocess
from pathlib import Path

import stack
from stormproof.drills.context import NotRecovered

_FILES = ("pepper", "token-secret", "tenants.json")
_FOLDER = "config"
_IDENTITY = ("-c", "user.name=stormproof", "-c", "user.email=stormproof@localhost")


def kept_paths(settings: stack.StackSettings) -> tuple[Path, ...]:
    """What the repository has."""
    return (settings.state_dir / _FOLDER, *(settings.state_dir / name for name in _FILES))


def commit_configuration(settings: stack.StackSettings, repository: Path) -> str:
    """Commit it as it is now, in a new repository; the commit. Raises NotRecovered."""
    shutil.rmtree(repository, ignore_errors=True)
    repository.mkdir(parents=True, mode=0o700)
    for path in kept_paths(settings):
        _copy(path, repository / path.name)
    _git(repository, "init", "--quiet")
    _git(repository, "add", "--all")
    _git(repository, *_IDENTITY, "commit", "--quiet", "--message", "Configuration")
    return _git(repository, "rev-parse", "HEAD").strip()


def restore_configuration(settings: stack.StackSettings, repository: Path, commit: str) -> None:
    """Check the commit out, and put its files in place. Raises NotRecovered."""
    _git(repository, "checkout", "--quiet", "--force", commit)
    for path in kept_paths(settings):
        if path.is_dir():
            shutil.rmtree(path)
        _copy(repository / path.name, path)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
        target.chmod(0o600)


def _git(repository: Path, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise NotRecovered("git is not installed: the configuration's repository cannot be read")
    result = subprocess.run(
        (git, "-C", str(repository), *arguments), capture_output=True, text=True, check=False
    )  # fmt: skip -- one line
    if result.returncode != 0:
        raise NotRecovered(f"git {arguments[0]}: {result.stderr.strip()}")
    return result.stdout

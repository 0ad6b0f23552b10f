"""The wheel holds all that the packages need, and works where there is no checkout."""

import site
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from uv import find_uv_bin

from tests.packaging.conftest import REPOSITORY, Distribution, ran

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
ROOMS = tuple(PROJECT["tool"]["importlinter"]["root_packages"])
ROWS = "time,status\n" + "".join(f"2026-05-01T12:00:{n:02d}Z,200\n" for n in range(60))


def files_of_the_rooms() -> set[str]:
    return {
        str(path.relative_to(REPOSITORY))
        for room in ROOMS
        for path in (REPOSITORY / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_has_every_file_of_the_rooms_and_none_else(distribution: Distribution) -> None:
    names = set(zipfile.ZipFile(distribution.wheel).namelist())
    held = {name for name in names if ".dist-info/" not in name}
    assert held == files_of_the_rooms()


def test_the_source_archive_has_what_the_wheel_is_built_from(distribution: Distribution) -> None:
    with tarfile.open(distribution.sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    further = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}
    assert held >= files_of_the_rooms() | further
    assert not [name for name in held if name.startswith("tests")]


def test_no_address_of_a_registry_is_in_what_is_handed_out(distribution: Distribution) -> None:
    archive = zipfile.ZipFile(distribution.wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
    requirements = [
        line for line in archive.read(metadata).decode().splitlines() if line.startswith("Requires-Dist")
    ]
    assert len(requirements) == len(PROJECT["project"]["dependencies"])
    assert not [line for line in requirements if "://" in line]


@pytest.fixture(scope="module")
def installed(distribution: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, from the wheel, in an environment that has its dependencies and not the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin/python"
    options = ("--quiet", "--offline", "--no-deps", "--python", str(python))
    done = ran(find_uv_bin(), "pip", "install", *options, str(distribution.wheel), cwd=folder)
    assert done.returncode == 0, done.stderr
    (packages,) = folder.glob("lib/python*/site-packages")
    # A folder that a .pth file names has its own .pth files left alone: the editable install stays out.
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return folder / "bin/stormproof"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def test_it_is_the_wheel_that_runs(installed: Path, empty: Path) -> None:
    python = str(installed.with_name("python"))
    rooms = ", ".join(ROOMS)
    told = ran(python, "-c", f"import {rooms}\nfor room in ({rooms}): print(room.__file__)", cwd=empty)
    places = told.stdout.split()
    assert len(places) == len(ROOMS), told.stderr
    assert [place for place in places if not place.startswith(str(installed.parents[1]))] == []


def test_it_tells_its_version_and_its_commands(installed: Path, empty: Path) -> None:
    version = ran(str(installed), "--version", cwd=empty)
    assert version.stdout.split() == ["stormproof", PROJECT["project"]["version"]]
    told = ran(str(installed), "--help", cwd=empty)
    assert (told.returncode, " demo " in told.stdout) == (0, True)


def test_it_begins_a_game_day_and_finds_its_own_files(installed: Path, empty: Path) -> None:
    asked = ("--target", "http://127.0.0.1:8080/", "--dependency", "sessions=redis")
    begun = ran(str(installed), "init", "day", *asked, cwd=empty)
    assert begun.returncode == 0, begun.stderr
    own_plan = ran(str(installed), "validate", "day/plan.yaml", cwd=empty)
    assert own_plan.returncode == 0, own_plan.stderr
    (packages,) = installed.parents[1].glob("lib/python*/site-packages")
    demo = ran(str(installed), "run", str(packages / "stormproof/plans/demo.yaml"), "--dry-run", cwd=empty)
    assert demo.returncode == 0, demo.stderr
    assert "postgres-down" in demo.stdout


def test_it_judges_a_table_with_its_queries(installed: Path, empty: Path) -> None:
    objectives = str(REPOSITORY / "examples/shop/objectives.yaml")
    (empty / "shop.csv").write_text(ROWS)
    ended = ran(str(installed), "slo", "shop.csv", "--objectives", objectives, "--window", cwd=empty)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "MET" in ended.stdout


def test_the_service_has_its_schema_and_its_table(installed: Path, empty: Path) -> None:
    python = str(installed.with_name("python"))
    told = ran(python, "-P", "-m", "reference_service", "degradation", cwd=empty)
    assert told.returncode == 0, told.stderr
    assert told.stdout == (REPOSITORY / "docs/degradation.md").read_text()

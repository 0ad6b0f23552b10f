"""The service of a stack gets secrets of that stack alone, which nobody else can read."""

import stat
from pathlib import Path

from evidence.home import Home
from stormproof.run.service import service_environment, told_environment

FILES = {"SERVICE_KEY_PEPPER": "pepper", "SERVICE_TOKEN_SECRET": "token-secret"}


def home_in(folder: Path) -> Home:
    return Home(folder / "programs", folder / "state", 24000)


def test_each_stack_has_secrets_of_its_own_and_keeps_them(tmp_path: Path) -> None:
    mine, other = home_in(tmp_path / "mine"), home_in(tmp_path / "other")
    found = [service_environment(home) for home in (mine, mine, other)]
    for variable, file in FILES.items():
        first, again, elsewhere = (environment[variable] for environment in found)
        assert first == again != elsewhere
        assert len(first) >= 32
        assert stat.S_IMODE((mine.state_dir / file).stat().st_mode) == 0o600
    assert found[0]["SERVICE_KEY_PEPPER"] != found[0]["SERVICE_TOKEN_SECRET"]


def test_a_run_s_record_tells_the_settings_without_the_secrets(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    told, real = told_environment(home), service_environment(home)
    assert {name for name in real if told[name] != real[name]} == set(FILES)
    assert {told[name] for name in FILES} == {"***"}

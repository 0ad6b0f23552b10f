"""How the command line names targets."""

import pytest

from stormproof.cli.target_options import Targets, read_targets
from stormproof.errors import BadInput

HERE = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("given", "targets"),
    [
        ([HERE], Targets(HERE, ())),
        ([f"{HERE}/"], Targets(HERE, ())),
        (["http://localhost/a?b=http://x"], Targets("http://localhost/a?b=http://x", ())),
        ([f"canary={HERE}/", "http://localhost"], Targets("http://localhost", (("canary", HERE),))),
    ],
)
def test_one_url_and_names_for_the_others(given: list[str], targets: Targets) -> None:
    assert read_targets(given) == targets


@pytest.mark.parametrize(
    "given",
    [
        [],
        [HERE, HERE],
        [f"canary={HERE}"],
        ["http://192.0.2.1"],
        [HERE, "canary=http://192.0.2.1"],
        ["canary="],
    ],
)
def test_anything_else_is_told(given: list[str]) -> None:
    with pytest.raises(BadInput, match="--target"):
        read_targets(given)

"""docs/drills.md is true: its commands exist, its drills are ours, its figures those of the code."""

import re
from pathlib import Path

from stack.parts.replicated_postgres import ARCHIVE_TIMEOUT_S
from stormproof.drills.canary import ROLLOUT_S, SHARES
from stormproof.drills.canary_judge import SIGNIFICANT, WORST_SHARE
from stormproof.drills.drill import find_drills, read_drills
from stormproof.drills.frame import DOCUMENTS
from stormproof.drills.outage import STEADY_S
from stormproof.drills.point_in_time import NOTICED_AFTER_S
from stormproof.drills.standby_promoted import SILENCE_S

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs" / "drills.md").read_text()


def test_every_drill_that_it_names_is_one() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE.partition("## What differs from production")[2], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert named
    assert named <= {drill.name for drill in read_drills()}
    for name in re.findall(r"stormproof drill ([a-z]+(?:-[a-z]+)+)", PAGE):
        assert find_drills((name,))


def test_its_figures_are_those_of_the_code() -> None:
    (canary,) = find_drills(("canary",))
    assert f"{ROLLOUT_S / 60:.0f} minutes in {ROLLOUT_S / canary.time_scale:.0f} s" in PAGE
    assert f"four steps of {ROLLOUT_S / len(SHARES) / canary.time_scale:.0f} s" in PAGE
    assert f"p < {SIGNIFICANT}, and more than {WORST_SHARE:.0%} failed" in PAGE
    assert f"after {SILENCE_S:g} s of silence" in PAGE
    assert f"noticed after {NOTICED_AFTER_S:g} s" in PAGE
    assert f"archived after {ARCHIVE_TIMEOUT_S} s" in PAGE
    assert f"{DOCUMENTS:,} documents are seeded" in PAGE
    assert f"before {STEADY_S:g} s" in PAGE


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (REPOSITORY / "docs" / link).exists(), link

"""A service that breaks its contract in one thing: the answers that show it are wrong, and no others."""

import json
from pathlib import Path

import pandas as pd
import pytest

from loadtests.command import EXIT_COMPLETED, GeneratorOptions
from tests.loadtests.broken_service import BREAKS
from tests.loadtests.processes import Bench, requests

SESSIONS = {
    "write": [
        {"operation": "index"},
        {"operation": "get", "options": {"of": "written"}},
        {"operation": "job", "at_most": 5},
        {"operation": "search", "options": {"of": "written"}},
        {"operation": "delete"},
        {"operation": "get", "options": {"of": "written"}},
    ],
    "read": [{"operation": "get", "at_most": 4}],
    "walk": [{"operation": "search", "options": {"of": "cursor", "page_size": 2}, "at_most": 3}],
    "tokens": [{"operation": "token"}, {"operation": "refresh"}, {"operation": "search"}],
}
STEPS = {
    "keeps-its-word": set[tuple[str, int]](),
    "loses-writes": {("get", 1)},
    "fails-jobs": {("job", 3)},
    "forgets-jobs": {("job", 2)},
    "serves-old-versions": {("get", 1)},
    "keeps-deleted": {("get", 6)},
    "finds-other-words": {("search", 0), ("search", 2)},
    "finds-strangers": {("search", 0), ("search", 2), ("search", 4)},
    "repeats-tokens": {("refresh", 1)},
    "repeats-pages": {("search", 1)},
}
"""Which step of which session cannot be anything but wrong."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder: Path = tmp_path_factory.mktemp("broken")
    bench = Bench(folder)
    tenants = [
        {"id": name, "tier": name, "api_key": name, "document_count": 100, "document_id_prefix": "doc-"}
        for name in BREAKS
    ]
    tenants_file = folder / "tenants.json"
    tenants_file.write_text(json.dumps({"seed": 1, "words": ["river", "stone"], "tenants": tenants}))
    scenario = bench.write_scenario(
        {
            "name": "broken",
            "duration_s": 4,
            "sessions": [{"name": name, "steps": steps} for name, steps in SESSIONS.items()],
            "personas": [
                {
                    "name": name,
                    "tier": name,
                    "rate_per_s": 10,
                    "arrivals": "constant",
                    "operations": [{"name": session, "weight": 1} for session in SESSIONS],
                }
                for name in BREAKS
            ],
        }
    )
    try:
        server = bench.server(module="broken_service")
        options = GeneratorOptions(scenario, server.url, bench.run_dir(), tenants_file)
        generator = bench.generator(options)
        assert generator.wait() == EXIT_COMPLETED, generator.log
        assert "Traceback" not in generator.log
        return requests(generator.run_dir)
    finally:
        bench.stop()


def test_whoever_keeps_its_word_is_never_wrong(rows: pd.DataFrame) -> None:
    good = rows[rows.tenant == "keeps-its-word"]
    assert set(good.outcome) == {"ok"}, good[good.outcome != "ok"].detail.tolist()
    assert set(good.operation) == {"index", "get", "job", "search", "delete", "token", "refresh"}
    assert good.step.max() == 6


@pytest.mark.parametrize("tenant", sorted(set(STEPS) - {"keeps-its-word"}))
def test_a_broken_promise_is_wrong_and_ends_its_session(rows: pd.DataFrame, tenant: str) -> None:
    of_tenant = rows[rows.tenant == tenant]
    wrong = of_tenant[of_tenant.outcome == "wrong"]
    assert set(of_tenant.outcome) == {"ok", "wrong"}
    found = set(zip(wrong.operation, wrong.step, strict=True))
    assert found == STEPS[tenant], wrong.detail.tolist()
    assert wrong.detail.str.len().min() > 10
    # Nothing follows a step that was wrong.
    ends = of_tenant.groupby("sequence").step.max()
    assert (wrong.step.to_numpy() == ends.loc[wrong.sequence].to_numpy()).all()
    # Every session that came to that step was caught there.
    for operation, step in STEPS[tenant]:
        at_step = of_tenant[(of_tenant.operation == operation) & (of_tenant.step == step)]
        assert len(at_step) > 0


def test_answers_with_another_tenants_documents_show_by_their_titles(rows: pd.DataFrame) -> None:
    swapped = rows[(rows.tenant == "swaps-tenants") & (rows.operation == "get") & (rows.outcome == "wrong")]
    assert len(swapped) > 0
    assert swapped.detail.str.contains("had another title before").all()


@pytest.mark.parametrize(
    ("tenant", "told"),
    [
        ("loses-writes", "status 404"),
        ("fails-jobs", "an acknowledged write failed"),
        ("keeps-deleted", "its deletion was acknowledged"),
        ("finds-strangers", "load.keeps-its-word.0-1"),
        ("repeats-pages", "was on an earlier page"),
    ],
)
def test_what_was_wrong_is_told(rows: pd.DataFrame, tenant: str, told: str) -> None:
    wrong = rows[(rows.tenant == tenant) & (rows.outcome == "wrong")]
    assert wrong.detail.str.contains(told, regex=False).any(), wrong.detail.tolist()
    # A last step leaves nothing out.
    cut_short = wrong[wrong.step < 4]
    assert cut_short[cut_short.operation != "search"].detail.str.contains("the session ends with").all()

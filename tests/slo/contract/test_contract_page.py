"""What docs/contract.md says holds."""

from pathlib import Path

import pytest

from slo.contract.contract import read_contract

PAGE = Path(__file__).parents[3] / "docs/contract.md"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The contract of the page, as a file."""
    file = tmp_path / "shop.yaml"
    file.write_text(PAGE.read_text().split("```yaml\n")[1].split("```")[0])
    return file


def test_the_contract_of_the_page_is_read_and_shows_every_field(written: Path) -> None:
    contract = read_contract(written)
    kinds = {
        promise.kind
        for article in contract.articles
        for clause in article.clauses
        for promise in clause.promises
    }
    assert kinds == {
        "statuses",
        "outcomes",
        "served_from",
        "staleness_s",
        "availability",
        "p99_ms",
        "recovery_s",
        "durability",
    }
    assert [article.name for article in contract.articles] == [
        "cache-away",
        "database-down",
        "both",
        "nothing-broken",
    ]


def test_files_that_the_page_names_are_there() -> None:
    for link in ("../slo/contracts/reference-service.yaml", "../slo/interval.py"):
        assert f"({link})" in PAGE.read_text()
        assert (PAGE.parent / link).is_file()
    assert (PAGE.parents[1] / "tests/slo/recovery/test_segments.py").is_file()

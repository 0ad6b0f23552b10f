"""The corpus: the same every time, and like a language."""

import math
from collections import Counter
from pathlib import Path

import orjson

from reference_service.limits.tiers import Tier
from reference_service.seeding.corpus import documents
from reference_service.seeding.tenants import plan_tenants, write_tenants
from reference_service.seeding.vocabulary import make_vocabulary

COUNTS = {Tier.ENTERPRISE: 4, Tier.STANDARD: 12, Tier.FREE: 10}


def test_the_same_seed_makes_the_same_corpus_and_another_seed_another() -> None:
    words = make_vocabulary(1)
    assert make_vocabulary(1) == words
    assert make_vocabulary(2) != words
    assert list(documents(words, 1, "a", 5)) == list(documents(words, 1, "a", 5))
    assert list(documents(words, 1, "a", 5)) != list(documents(words, 1, "b", 5))
    assert list(documents(words, 1, "a", 5)) == list(documents(words, 1, "a", 9))[:5]


def test_words_are_distinct_and_the_common_ones_short() -> None:
    words = make_vocabulary(1).words
    assert len(set(words)) == len(words) == 8000
    assert sum(map(len, words[:100])) < sum(map(len, words[-100:])) / 2


def test_words_occur_as_zipf_says() -> None:
    vocabulary = make_vocabulary(1)
    texts = (document.content for _, document in documents(vocabulary, 1, "a", 1000))
    counts = Counter(word.strip(".").lower() for text in texts for word in text.split())
    ranked = [counts[word] for word in vocabulary.words]
    assert ranked[0] > 3 * ranked[10] > 9 * ranked[100]
    slope = math.log(ranked[20] / max(1, ranked[500])) / math.log(500 / 20)
    assert 0.8 < slope < 1.2


def test_documents_have_80_to_200_words_and_tags() -> None:
    for document_id, document in documents(make_vocabulary(1), 1, "a", 50):
        assert document_id.startswith("doc-")
        assert 80 <= len(document.content.split()) <= 200
        assert 1 <= len(document.tags) <= 4
        assert document.title


def test_documents_are_split_evenly_over_the_tenants() -> None:
    tenants = plan_tenants(COUNTS, 20_000, 1, b"pepper")
    assert len(tenants) == 26
    assert sum(t.document_count for t in tenants) == 20_000
    assert {t.document_count for t in tenants} == {769, 770}
    assert tenants[0].tenant_id == "enterprise-01"
    assert len({t.api_key for t in tenants}) == 26


def test_tenants_json_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tenants.json"
    write_tenants(path, plan_tenants(COUNTS, 100, 1, b"pepper"), 1, ["word"] * 3000)
    assert path.stat().st_mode & 0o777 == 0o600
    record = orjson.loads(path.read_bytes())
    assert record["schema"] == 1
    assert len(record["words"]) == 2000
    assert set(record["tenants"][0]) == {"id", "tier", "api_key", "document_count", "document_id_prefix"}
    assert list(path.parent.iterdir()) == [path]

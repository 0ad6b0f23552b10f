"""The tenants that seeding makes, and the file that tells load generators of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from reference_service.identity.api_key import derived_api_key
from reference_service.limits.tiers import Tier
from reference_service.seeding.corpus import ID_PREFIX

SCHEMA = 1
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class SeededTenant:
    """One tenant, its key, and how many documents it gets."""

    tenant_id: str
    tier: Tier
    api_key: str
    document_count: int


def plan_tenants(
    counts: Mapping[Tier, int], document_count: int, seed: int, pepper: bytes
) -> Sequence[SeededTenant]:
    """Tenants by tier, the documents split evenly over them, the first ones getting what is left over."""
    tiers = [
        (tier, number)
        for tier in (Tier.ENTERPRISE, Tier.STANDARD, Tier.FREE)
        for number in range(counts[tier])
    ]
    share, left_over = divmod(document_count, len(tiers)) if tiers else (0, 0)
    planned = []
    for index, (tier, number) in enumerate(tiers):
        tenant_id = f"{tier.value}-{number + 1:02d}"
        key = derived_api_key(pepper, seed, tenant_id)
        planned.append(SeededTenant(tenant_id, tier, key, share + (index < left_over)))
    return planned


def write_tenants(path: Path, tenants: Sequence[SeededTenant], seed: int, words: Sequence[str]) -> None:
    """Writes tenants.json, readable by its owner only: it holds keys. Whole or not at all."""
    record = {
        "schema": SCHEMA,
        "seed": seed,
        "words": list(words[:MOST_WORDS]),
        "tenants": [
            {
                "id": tenant.tenant_id,
                "tier": tenant.tier.value,
                "api_key": tenant.api_key,
                "document_count": tenant.document_count,
                "document_id_prefix": ID_PREFIX,
            }
            for tenant in tenants
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(record, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)

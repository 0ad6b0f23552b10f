"""The tenants' indices are made as the analysis has them, section 5.1."""

from __future__ import annotations

import aiohttp
import pytest

from tests.reference_service.service_process import PREFIX, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


async def test_settings_and_mappings_of_a_tenants_index(bed: TestBed, acme: Tenant) -> None:
    async with aiohttp.ClientSession(bed.elasticsearch_url) as session:
        async with session.get(f"/{PREFIX}-{acme.id}?flat_settings=true") as reply:
            ((index, found),) = (await reply.json()).items()
        async with session.get("/_cluster/health") as reply:
            nodes = (await reply.json())["number_of_data_nodes"]
    settings = found["settings"]
    assert index.startswith(f"{PREFIX}-{acme.id}-0")
    assert settings["index.refresh_interval"] == "1s"
    assert int(settings["index.number_of_shards"]) == min(3, nodes)
    assert settings["index.auto_expand_replicas"] == "0-1"
    mappings = found["mappings"]
    assert mappings["dynamic"] == "strict"
    fields = mappings["properties"]
    assert fields["tags"] == {"type": "keyword"}  # exact, with doc_values
    assert fields["title"]["index_prefixes"] == {"min_chars": 2, "max_chars": 10}
    assert fields["title"]["fields"]["exact"]["type"] == "keyword"
    assert fields["content"]["analyzer"] == "words"


async def test_results_leave_large_fields_out_unless_asked_for(service: ServiceProcess, acme: Tenant) -> None:
    words = service.bed.words()
    hits = [hit for word in words[:10] for hit in (await service.search(acme, word)).hits]
    assert hits
    assert all("content" not in hit for hit in hits)
    found = await service.call("GET", f"/search?q={words[0]}&fields=content", acme)
    assert all("content" in hit for hit in found.hits)

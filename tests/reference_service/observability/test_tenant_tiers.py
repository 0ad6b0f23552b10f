"""A tenant's tier is a series that others can be joined with."""

from prometheus_client import CollectorRegistry

from reference_service.observability.metrics import Metrics


def tiers(metrics: Metrics) -> dict[tuple[str, str], float]:
    registry: CollectorRegistry = metrics.registry
    return {
        (sample.labels["tenant"], sample.labels["tier"]): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "tenant_tier"
    }


def test_a_tenant_has_the_tier_that_it_came_with_last() -> None:
    metrics = Metrics(tenant_bound=10)
    for tier in ("free", "free", "standard"):
        metrics.request("GET", "/search", 200, "acme", tier, 0.01)
    assert tiers(metrics) == {("acme", "free"): 0, ("acme", "standard"): 1}


def test_a_tier_that_a_tenant_had_before_can_be_its_present_one() -> None:
    metrics = Metrics(tenant_bound=10)
    for tier in ("free", "enterprise", "free"):
        metrics.request("GET", "/search", 200, "acme", tier, 0.01)
    assert tiers(metrics) == {("acme", "free"): 1, ("acme", "enterprise"): 0}


def test_nobody_and_those_told_as_one_have_none() -> None:
    metrics = Metrics(tenant_bound=1)
    metrics.request("GET", "/search", 401, None, None, 0.01)
    metrics.request("GET", "/search", 200, "acme", "free", 0.01)
    metrics.request("GET", "/search", 200, "one-more", "enterprise", 0.01)
    assert tiers(metrics) == {("acme", "free"): 1}

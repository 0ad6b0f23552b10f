"""What `chaos discover stormproof` tells: our actions and probes, with their arguments."""

from importlib.metadata import version

from chaoslib.discovery.discover import (
    discover_actions,
    discover_probes,
    initialize_discovery_result,
)

_DISTRIBUTION = "stormproof"


def discovered() -> dict[str, object]:
    """Of `chaos.actions` and `chaos.steady_state`; nothing is asked of any system."""
    found: dict[str, object] = initialize_discovery_result(
        _DISTRIBUTION, version(_DISTRIBUTION), "stormproof"
    )
    found["activities"] = [*discover_actions("chaos.actions"), *discover_probes("chaos.steady_state")]
    return found

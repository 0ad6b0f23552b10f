"""Faults that are proved: felt, healed, and written down before they are made.

Chaos Toolkit files name `chaos.actions`, `chaos.steady_state` and `chaos.controls`; whoever runs them uses
`chaos.experiment_files`, `chaos.command` and `chaos.undo`.
"""


def discover(discover_system: bool = True) -> dict[str, object]:  # noqa: ARG001 -- Chaos Toolkit's
    """What `chaos discover stormproof` asks for: our actions and probes."""
    from chaos.discovery import discovered  # noqa: PLC0415 -- only who discovers needs Chaos Toolkit here

    return discovered()

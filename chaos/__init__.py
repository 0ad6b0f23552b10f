"""Faults that are proved: felt, healed, and written down before they are made.

Chaos Toolkit files name `chaos.actions`, `chaos.steady_state` and `chaos.controls`; whoever runs them uses
`chaos.experiment_files`, `chaos.command` and `chaos.undo`.
"""

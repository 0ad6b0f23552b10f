"""Runs against each other: what got better or worse, beyond noise.

The door: `slo.comparison.compare`. A figure of one run is a `Bounded`: an estimate, and bounds at any level
that hold for failures and slow answers in bursts. `slo.comparison.difference` makes bounds of a difference of
them, `slo.comparison.decision` a verdict of all differences together. All of it is pure but
`slo.comparison.requests`, which reads.
"""

"""From counts to what may be said: bounds of a ratio that hold when failures come in bursts, and at every
look.

The doors: `slo.inference.ratio` for a count that is whole, `slo.inference.sequential` for one that still
grows.
"""

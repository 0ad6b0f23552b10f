"""The highest rate at which the objectives hold: probes, a search, a growth table."""

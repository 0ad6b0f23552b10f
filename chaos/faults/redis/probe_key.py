"""The key that probes use: no service has it."""

PROBE_KEY = "stormproof:probe"

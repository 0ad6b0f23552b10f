"""The service as HTTP clients see it."""

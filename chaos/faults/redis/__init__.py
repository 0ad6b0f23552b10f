"""Faults inside Redis, one a file."""

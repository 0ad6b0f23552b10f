"""Faults inside PostgreSQL, one a file."""

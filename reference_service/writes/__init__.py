"""Accepting changes, and carrying them to Elasticsearch."""

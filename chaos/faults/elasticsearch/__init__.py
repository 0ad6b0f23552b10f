"""Faults inside Elasticsearch, one a file."""

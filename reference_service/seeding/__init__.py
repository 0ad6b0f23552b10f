"""Fills a stack with tenants and a corpus: deterministic, for tests and demonstrations."""

"""Watching for months."""

"""Watching a service for months: probes without end, their evidence cut into parts, each judged by itself."""

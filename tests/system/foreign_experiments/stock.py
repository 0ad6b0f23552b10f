"""A python provider of a foreign experiment."""

from pathlib import Path


def count(file: str) -> int:
    """Articles in stock."""
    path = Path(file)
    return int(path.read_text()) if path.exists() else 7

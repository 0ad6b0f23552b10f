"""What this room alone asks of the requests, to draw them: one question a file."""

from importlib.resources import files


def query(name: str) -> str:
    """The text of `reports/sql/<name>.sql`."""
    return files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")

"""Writes all forms of a month into a folder."""

from pathlib import Path

from evidence.documents import replace_file, write_document
from evidence.month_record import MonthRecord
from reports.month.markdown import render_markdown
from reports.month.page import render_page
from reports.month.table import render_csv


def write_month(folder: Path, record: MonthRecord) -> tuple[Path, ...]:
    """month.json, month.csv, month.md and month.html, replacing earlier ones. Raises OSError."""
    names = ("month.html", "month.md", "month.csv", "month.json")
    html, markdown, table, json = (folder / name for name in names)
    # The small forms first: they are there even if drawing fails.
    write_document(json, record, MonthRecord)
    replace_file(table, render_csv(record).encode())
    replace_file(markdown, render_markdown(record).encode())
    replace_file(html, render_page(record).encode())
    return (html, markdown, table, json)

"""Every form of a comparison."""

from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter

from evidence.comparison_record import ComparisonRecord
from evidence.documents import replace_file
from reports.comparison.junit import render_comparison_junit
from reports.comparison.markdown import render_comparison_markdown
from reports.comparison.page import render_comparison_page


class ComparisonForm(StrEnum):
    """What a comparison can be written as."""

    HTML = "html"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"


FILES = {
    ComparisonForm.HTML: "comparison.html",
    ComparisonForm.JSON: "comparison.json",
    ComparisonForm.MARKDOWN: "comparison.md",
    ComparisonForm.JUNIT: "comparison.xml",
}


def render_comparison(record: ComparisonRecord, form: ComparisonForm) -> bytes:
    """The content of one form."""
    match form:
        case ComparisonForm.HTML:
            return render_comparison_page(record).encode()
        case ComparisonForm.JSON:
            return TypeAdapter(ComparisonRecord).dump_json(record, indent=2) + b"\n"
        case ComparisonForm.MARKDOWN:
            return render_comparison_markdown(record).encode()
        case ComparisonForm.JUNIT:
            return render_comparison_junit(record)


def write_comparison(folder: Path, record: ComparisonRecord) -> tuple[Path, ...]:
    """Write every form into `folder`, which is made; replaces earlier ones. Raises OSError."""
    written: list[Path] = []
    for form, name in FILES.items():
        replace_file(folder / name, render_comparison(record, form))
        written.append(folder / name)
    return tuple(written)

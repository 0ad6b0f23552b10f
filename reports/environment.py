"""Templates, and what they may call."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import numbers
from reports.bidi import isolated_in_page


def template_environment() -> Environment:
    """An environment that escapes, and raises for what it does not know."""
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=numbers.format_count,
        instant=numbers.format_instant,
        share=numbers.format_share,
    )
    environment.globals.update(nothing=numbers.NOTHING)
    return environment


def page_text(page: str) -> str:
    """Without empty lines, and spaces at their ends; names of right-to-left scripts are isolated."""
    return isolated_in_page("\n".join(line.rstrip() for line in page.split("\n") if line.strip()) + "\n")

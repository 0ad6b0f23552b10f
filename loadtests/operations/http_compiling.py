"""From an HTTP operation as written to one that can be asked, or to what is wrong with its texts."""

from collections.abc import Mapping

from evidence.errors import Problem
from loadtests.answers.answer_rules import compile_rules
from loadtests.answers.extraction import Extract, Extraction, compile_extraction
from loadtests.operations.http import HttpOperation
from loadtests.operations.written import WrittenOperation
from loadtests.templates.escaping import as_path, as_text, in_header, in_json_text, in_url
from loadtests.templates.json_template import parse_json_template
from loadtests.templates.template import Escape, Template, TemplateError, parse_template

_SHOWN = 60
_NOTHING = Template("", ())


def compile_http(operation: HttpOperation, where: str) -> tuple[WrittenOperation, tuple[Problem, ...]]:
    """The operation, and what is wrong; what cannot be taken apart is left out of it."""
    problems: list[Problem] = []
    headers = _headers(operation)
    rules, of_rules = compile_rules(operation.answer, f"{where}.answer")
    written = WrittenOperation(
        name=operation.name,
        where=where,
        method=operation.method.upper(),
        path=_template(f"{where}.path", operation.path, _path_escape(operation.path), problems),
        headers=tuple(
            (name, _template(f"{where}.headers.{name}", text, in_header, problems))
            for name, text in headers.items()
        ),
        body=_body(operation, headers, where, problems),
        body_where=f"{where}.body" if operation.json is None else f"{where}.json",
        statuses=frozenset(operation.expect),
        refusals=frozenset(operation.refusals),
        rules=rules,
        extracts=_extracts(operation.extract, where, problems),
    )
    return written, (*problems, *of_rules)


def _headers(operation: HttpOperation) -> Mapping[str, str]:
    given = {name.lower() for name in operation.headers}
    if operation.json is None or "content-type" in given:
        return operation.headers
    return {"Content-Type": "application/json", **operation.headers}


def _body(
    operation: HttpOperation, headers: Mapping[str, str], where: str, problems: list[Problem]
) -> Template:
    if operation.json is None:
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        return _template(f"{where}.body", operation.body, _body_escape(kind), problems)
    try:
        return parse_json_template(operation.json)
    except (TemplateError, TypeError) as error:
        problems.append(Problem(f"{where}.json", repr(operation.json)[:_SHOWN], str(error)))
        return _NOTHING


def _extracts(
    extractions: Mapping[str, Extraction], where: str, problems: list[Problem]
) -> Mapping[str, Extract]:
    extracts: dict[str, Extract] = {}
    for name, extraction in extractions.items():
        try:
            extracts[name] = compile_extraction(extraction)
        except ValueError as error:
            problems.append(Problem(f"{where}.extract.{name}", extraction.shown[:_SHOWN], str(error)))
    return extracts


def _template(where: str, text: str, escape: Escape, problems: list[Problem]) -> Template:
    try:
        return parse_template(text, escape)
    except TemplateError as error:
        problems.append(Problem(where, repr(text)[:_SHOWN], str(error)))
        return _NOTHING


def _path_escape(path: str) -> Escape:
    """Of a value that is the whole path the slashes are meant."""
    return in_url if path.startswith("/") else as_path


def _body_escape(content_type: str) -> Escape:
    if "json" in content_type.lower():
        return in_json_text
    return in_url if "x-www-form-urlencoded" in content_type.lower() else as_text

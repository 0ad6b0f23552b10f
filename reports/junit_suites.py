"""JUnit's XML: suites of cases, counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.history import NS_PER_S
from reports.numbers import printable


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a case is not green."""

    element: str
    """failure, error or skipped."""
    kind: str
    message: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One test case."""

    name: str
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What every suite says of where it is from."""

    properties: Mapping[str, str]
    started_ns: int | None


def render_suites(suites: Mapping[str, Sequence[Case]], about: About) -> bytes:
    """The file's content; suites without cases are left out."""
    root = Element("testsuites", {"name": "stormproof"})
    for name, cases in suites.items():
        if cases:
            _add_suite(root, name, cases, about)
    _count(root, [case for cases in suites.values() for case in cases])
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add_suite(root: Element, name: str, cases: Sequence[Case], about: About) -> None:
    suite = SubElement(root, "testsuite", {"name": f"stormproof.{name}"})
    _count(suite, cases)
    if about.started_ns is not None:
        started = datetime.fromtimestamp(about.started_ns // NS_PER_S, UTC)
        suite.set("timestamp", f"{started:%Y-%m-%dT%H:%M:%S}")
    properties = SubElement(suite, "properties")
    for key, value in about.properties.items():
        SubElement(properties, "property", {"name": key, "value": printable(value)})
    for case in cases:
        node = SubElement(
            suite,
            "testcase",
            {"classname": f"stormproof.{name}", "name": printable(case.name), "time": "0"},
        )
        if case.trouble is not None:
            trouble = SubElement(
                node,
                case.trouble.element,
                {"type": case.trouble.kind, "message": printable(case.trouble.message)},
            )
            trouble.text = printable(case.trouble.body) or None


def _count(node: Element, cases: Sequence[Case]) -> None:
    elements = [case.trouble.element for case in cases if case.trouble is not None]
    node.set("tests", str(len(cases)))
    node.set("failures", str(elements.count("failure")))
    node.set("errors", str(elements.count("error")))
    node.set("skipped", str(elements.count("skipped")))
    node.set("time", "0")

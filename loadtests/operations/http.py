"""Any HTTP request, as written in a scenario: a foreign service needs no code."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ConfigDict

from loadtests.answers.answer_rules import AnswerRules
from loadtests.answers.extraction import Extraction


@dataclass(frozen=True, slots=True)
class HttpOperation:
    """One kind of request. In path, headers and body a ${name} stands for a value."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    path: str
    """Values are percent-encoded, unless one of them is the whole path, as a Location is."""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    """Text. Values are escaped for JSON or a form where the Content-Type says that it is one."""
    json: object = None
    """A document, instead of a body: a text that is one ${name} and nothing else keeps the value's type."""
    expect: tuple[int, ...] = (200,)
    """Statuses of a good answer."""
    refusals: tuple[int, ...] = ()
    """Statuses from 400 to 499 that are as good; such an answer is not looked into."""
    answer: AnswerRules = field(default_factory=AnswerRules)
    """What must hold of a good answer."""
    extract: Mapping[str, Extraction] = field(default_factory=dict)
    """Values for later steps of the session, by the names that templates know them by."""

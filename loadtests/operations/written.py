"""An HTTP operation of a scenario, taken apart once: filled in, sent and checked for each arrival."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from loadtests.answers.answer_rules import CompiledRules
from loadtests.answers.extraction import Extract
from loadtests.classification import Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, SessionPart
from loadtests.templates.template import Template
from loadtests.values.values import Values


@dataclass(frozen=True, slots=True)
class WrittenOperation:
    """What `compile_http` makes of an HttpOperation."""

    name: str
    where: str
    """Its place in the scenario."""
    method: str
    path: Template
    headers: tuple[tuple[str, Template], ...]
    body: Template
    body_where: str
    """Its place: a body, or a json."""
    statuses: frozenset[int]
    refusals: frozenset[int]
    rules: CompiledRules
    extracts: Mapping[str, Extract]
    until: CompiledRules | None = None
    """Of a step that is repeated until these hold."""
    until_where: str = ""
    """The place of that in the scenario."""

    @property
    def session(self) -> SessionPart:
        """Values for the steps that follow."""
        return SessionPart(gives=frozenset(self.extracts))

    @property
    def names_by_place(self) -> Mapping[str, frozenset[str]]:
        """What must be known before it is sent, by the field that needs it."""
        return {
            f"{self.where}.path": self.path.names,
            **{f"{self.where}.headers.{name}": template.names for name, template in self.headers},
            self.body_where: self.body.names,
            f"{self.where}.answer": self.rules.names,
            self.until_where: self.until.names if self.until is not None else frozenset(),
        }

    def attempt(self, context: RequestContext) -> Attempt:
        """The request with the arrival's values. Raises ValueError where it has none."""
        values = context.values
        if values is None:
            raise ValueError("a request that the scenario has written needs the values of its arrival")
        headers = tuple([(name, template.fill(values)) for name, template in self.headers])
        request = HttpRequest(self.method, self.path.fill(values), headers, self.body.fill(values).encode())
        has_checks = self.rules.rules or self.extracts
        check = partial(self._fault_of, values) if has_checks else None
        expectation = Expectation(self.statuses, self.refusals, check_answer=check, own_headers=False)
        learn = partial(self._learn, values) if self.extracts or self.until is not None else None
        return Attempt(request, expectation, learn=learn)

    def _fault_of(self, values: Values, answer: HttpAnswer, body: object) -> str | None:  # noqa: ARG002
        if fault := self.rules.fault_of(answer, values):
            return fault
        if not self._has_come(values, answer):
            return None
        missing = (name for name, extract in self.extracts.items() if extract(answer) is None)
        return next((f"extract.{name}: nothing was found in the answer" for name in missing), None)

    def _learn(self, values: Values, answer: HttpAnswer) -> bool | None:
        for name, extract in self.extracts.items():
            value = extract(answer)
            if value is not None:
                values.keep(name, value)
        return None if self.until is None else self._has_come(values, answer)

    def _has_come(self, values: Values, answer: HttpAnswer) -> bool:
        """Until then an answer need not have what is to be extracted."""
        return self.until is None or self.until.fault_of(answer, values) is None

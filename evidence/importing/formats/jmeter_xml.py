"""JMeter: a JTL file in XML, read as a stream. Document types are refused: no JTL has one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from evidence.importing.account import Account
from evidence.importing.errors import BadValue
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions
from evidence.importing.formats.jmeter_sample import LATENCY, TRANSACTION, JmeterSample
from evidence.importing.instants import NS_PER_MS, epoch_ns
from evidence.importing.source_file import SourceFile

_ROOT = "testResults"
_SAMPLES = frozenset({"httpSample", "sample"})
_TEXTS = frozenset({"java.net.URL", "failureMessage"})
_MOST_TEXT = 4096
_CUT_CODES = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    }
)


@dataclass(slots=True)
class _Element:
    """A sample that is open, or was closed last."""

    line: int
    attributes: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    parts: list["_Element"] = field(default_factory=list)


@dataclass(slots=True)
class _Samples:
    """Takes the events of the parser; whole samples of the top level are `complete`."""

    parser: expat.XMLParserType
    complete: list[_Element] = field(default_factory=list)
    _open: list[_Element] = field(default_factory=list)
    _text: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _SAMPLES:
            self._open.append(_Element(self.parser.CurrentLineNumber, attributes))
        elif name in _TEXTS and self._open:
            self._text = ""

    def characters(self, text: str) -> None:
        if self._text is not None and len(self._text) < _MOST_TEXT:
            self._text += text

    def end(self, name: str) -> None:
        if name in _TEXTS and self._text is not None:
            self._open[-1].texts.setdefault(name, self._text)
            self._text = None
        elif name in _SAMPLES:
            element = self._open.pop()
            (self._open[-1].parts if self._open else self.complete).append(element)

    @property
    def unfinished(self) -> bool:
        """Whether a sample is open."""
        return bool(self._open)


class _DocumentTypeError(Exception):
    """The file declares a document type."""


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests: of a transaction its samples, of a request with parts the whole."""
    account.unit = "samples"
    for element in _elements(source, account):
        yield from _requests(element, options, account)


def _elements(source: SourceFile, account: Account) -> Iterator[_Element]:
    parser = expat.ParserCreate()
    samples = _Samples(parser)
    parser.StartElementHandler = samples.start
    parser.EndElementHandler = samples.end
    parser.CharacterDataHandler = samples.characters
    parser.StartDoctypeDeclHandler = _refuse_document_type
    for chunk in source.chunks():
        _parse(parser, chunk, account, final=False)
        yield from samples.complete
        samples.complete.clear()
    if not _parse(parser, b"", account, final=True):
        # A killed JMeter leaves the root, and perhaps a sample, open.
        account.cut_off(int(samples.unfinished))
        account.remark("The file is not closed: JMeter was killed, or still writes it")


def _parse(parser: expat.XMLParserType, chunk: bytes, account: Account, *, final: bool) -> bool:
    """False where the file ends too early."""
    try:
        parser.Parse(chunk, final)
    except expat.ExpatError as error:
        if final and error.code in _CUT_CODES:
            return False
        raise account.broken(
            f"line {error.lineno}",
            expat.ErrorString(error.code),
            "must be well-formed XML, lines cannot be skipped in it",
            "Mend the file, or have JMeter write CSV (jmeter.save.saveservice.output_format=csv).",
        ) from error
    except _DocumentTypeError as error:
        raise account.broken(
            f"line {parser.CurrentLineNumber}",
            "<!DOCTYPE …>",
            "no JTL file declares a document type",
            "Check where the file comes from.",
        ) from error
    return True


def _refuse_document_type(*_: object) -> None:
    raise _DocumentTypeError


def _requests(element: _Element, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    attributes = element.attributes
    if attributes.get("rm", "").startswith(TRANSACTION):
        account.pass_over("sums of transactions")
        for part in element.parts:
            yield from _requests(part, options, account)
        return
    try:
        request = _sample(element).as_request(options)
    except BadValue as error:
        account.refuse(f"line {element.line}", error)
        return
    account.use()
    parts = _count(element.parts)
    if parts:
        account.pass_over("parts of requests", parts)
    yield request


def _count(elements: list[_Element]) -> int:
    return sum(1 + _count(one.parts) for one in elements)


def _sample(element: _Element) -> JmeterSample:
    attributes = element.attributes
    for name in ("ts", "t", "lb", "s"):
        if name not in attributes:
            raise BadValue(name, "missing", "a sample must have ts, t, lb and s")
    return JmeterSample(
        at_ns=epoch_ns("ts", attributes["ts"], NS_PER_MS),
        elapsed=attributes["t"],
        label=attributes["lb"],
        response_code=attributes.get("rc", ""),
        response_message=attributes.get("rm", ""),
        success=attributes["s"],
        failure=element.texts.get("failureMessage", ""),
        thread=attributes.get("tn", ""),
        bytes=attributes.get("by", ""),
        url=element.texts.get("java.net.URL", ""),
        tags=attributes,
    )


def _recognises(head: bytes) -> bool:
    return head.lstrip().startswith((b"<?xml", b"<testResults")) and f"<{_ROOT}".encode() in head


FORMAT = Format("jmeter-xml", "jmeter", "JMeter, JTL in XML", LATENCY, _recognises, read)

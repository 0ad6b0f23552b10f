"""Elasticsearch: GET /_cluster/health, answered by the node itself (`GET /` is missing from some builds)."""

from chaos.probes.dialect import ANSWERED, PARTIAL, Dialect, Reply, wrong

_HEALTH = b"GET /_cluster/health?local=true&filter_path=status HTTP/1.1\r\nHost: localhost\r\n\r\n"


def _read(received: bytes) -> Reply:
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return PARTIAL
    status_line, *fields = head.split(b"\r\n")
    headers = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (field.partition(b":") for field in fields)
    }
    if headers.get(b"transfer-encoding") == b"chunked":
        whole = body.endswith(b"0\r\n\r\n")
    else:
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            return wrong("is not HTTP")
        whole = len(body) >= int(length)
    if not whole:
        return PARTIAL
    parts = status_line.split(b" ")
    if parts[0].startswith(b"HTTP/") and parts[1:2] == [b"200"]:
        return ANSWERED
    return wrong(status_line.decode(errors="replace"))


ELASTICSEARCH = Dialect("elasticsearch", opening=_HEALTH, question=_HEALTH, read=_read)

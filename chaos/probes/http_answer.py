"""Reading an HTTP/1.1 answer from the bytes received so far."""

from chaos.probes.dialect import ANSWERED, PARTIAL, Reply, wrong


def read_http(received: bytes, lowest_wrong: int) -> Reply:
    """What an answer means: a status from `lowest_wrong` on is not one of a sound server."""
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
    version, _, rest = status_line.partition(b" ")
    status = rest[:3]
    if version.startswith(b"HTTP/") and status.isdigit() and int(status) < lowest_wrong:
        return ANSWERED
    return wrong(status_line.decode(errors="replace"))

"""Any other protocol over TCP: words of the experiment's, and an answer that it describes."""

from chaos.probes.dialect import ANSWERED, PARTIAL, Dialect, Reply


def tcp_dialect(say: str, expect: str) -> Dialect:
    """Says `say`; the answer is whole when it ends with `expect`, or with any byte where that is empty."""
    said, ending = say.encode(), expect.encode()

    def read(received: bytes) -> Reply:
        return ANSWERED if received.endswith(ending) else PARTIAL

    return Dialect("tcp", opening=said, question=said, read=read, long_question=lambda _: said)

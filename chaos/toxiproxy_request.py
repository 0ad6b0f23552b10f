"""One request to Toxiproxy's admin interface: bounded, and told from a refusal."""

import http.client

from chaos.address import Address
from chaos.errors import ProxyAnswerError, ProxyGoneError, ProxyUnreachableError

_FIRST_ERROR_STATUS = 400


def request(admin: Address, timeout_s: float, method: str, url: str, body: bytes | None) -> bytes:
    """The answer's body; `timeout_s` is that of each wait.

    Raises ProxyGoneError where nothing listens, ProxyUnreachableError where no answer comes in time or the
    network refuses the way to another host, ProxyAnswerError for a refusal.
    """
    connection = http.client.HTTPConnection(admin.host, admin.port, timeout=timeout_s)
    try:
        connection.request(method, url, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, ConnectionRefusedError) and admin.is_here:
            raise ProxyGoneError(
                f"Nothing listens at Toxiproxy's admin address {admin}. Start the stack with: stormproof up"
            ) from error
        raise ProxyUnreachableError(
            f"Toxiproxy at {admin} gave no answer to {method} {url} within {timeout_s} s "
            f"({error!r}). If it stays so, start the stack again: stormproof down && stormproof up"
        ) from error
    finally:
        connection.close()
    if response.status >= _FIRST_ERROR_STATUS:
        raise ProxyAnswerError(
            f"Toxiproxy at {admin} answered {method} {url} with {response.status}: "
            f"{content.decode(errors='replace').strip()[:200]}",
            response.status,
        )
    return content

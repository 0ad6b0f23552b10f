"""Redis: a connection for each call, without the client library's own repetitions."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from chaos.address import Address
from chaos.errors import AdminError, AdminTimeoutError

TIMEOUT_S = 5.0


@contextmanager
def administering(address: Address, timeout_s: float = TIMEOUT_S) -> Iterator[Redis]:
    """A client for a block of commands.

    What they raise comes out as AdminError; AdminTimeoutError where no answer came in time.
    """
    client = Redis(
        host=address.host,
        port=address.port,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
        client_name="stormproof-chaos",
    )
    try:
        yield client
    except RedisTimeoutError as error:
        raise AdminTimeoutError(
            f"Redis at {address} does not answer within {timeout_s:g} s. Look with: stormproof status"
        ) from error
    except (RedisError, OSError) as error:
        raise AdminError(
            f"Redis at {address} does not do what is asked of it: {error}. Look with: stormproof status"
        ) from error
    finally:
        client.close()

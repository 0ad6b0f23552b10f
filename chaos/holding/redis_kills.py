"""Closing every client's connection again and again, as a limit on clients' memory does."""

import time

from chaos.admin.redis_admin import administering
from chaos.holding.work import Hold


def kill_clients(hold: Hold) -> None:
    """Ready after the first time. Raises AdminError where it cannot."""
    with administering(hold.address) as redis:
        told = False
        while hold.left_s > 0:
            redis.client_kill_filter(_type="normal", skipme=True)
            if not told:
                hold.ready()
                told = True
            time.sleep(hold.number("every_s"))

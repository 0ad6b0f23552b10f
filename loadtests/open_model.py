"""Open arrivals for a locustfile of your own: take these in place of HttpUser and FastHttpUser.

    from loadtests.open_model import OpenFastHttpUser as FastHttpUser

Then `-u 100 -r 10` means 100 arrivals a second, reached by 10 more each second, whether or not the target
answers; every request is recorded, with latency from the instant at which it was intended.
"""

from loadtests.generator.hooks import register
from loadtests.generator.locustfiles.open_users import OpenFastHttpUser, OpenHttpUser, OpenUser

__all__ = ["OpenFastHttpUser", "OpenHttpUser", "OpenUser"]

register()

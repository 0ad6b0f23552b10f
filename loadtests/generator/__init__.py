"""The part of the load generator that runs inside Locust, in a process of its own (importing Locust patches
the process it is in).

`-u` and `-r` keep their defaults: arrivals come from the scenario's rates, not from a number of users. One
user dispatches all arrivals of its worker; any further ones that `-u` asks for stand by.
"""

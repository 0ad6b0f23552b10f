"""The part of the load generator that runs inside Locust, in a process of its own (importing Locust patches
the process it is in).

Locust's life cycle (`hooks`) is followed by a conductor, one for each of Locust's roles; a conductor carries
out a load in sessions; a session sends its share of the load and records what became of it.
"""

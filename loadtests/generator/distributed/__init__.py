"""A load shared by the workers of a Locust master, on this machine or on others, with no disk in common.

The master measures each worker's clock against its own, sends it one assignment that never changes (start
instant, share, seed, and everything that the load needs), and writes what it records into the run folder.
"""

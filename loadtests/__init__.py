"""Open-model load with Locust: arrivals, personas, scenarios, operations.

Only `loadtests.generator` imports Locust and gevent, and it only ever runs in a process of its own
(`loadtests.command` says how to start it). Everything else here is pure.
"""

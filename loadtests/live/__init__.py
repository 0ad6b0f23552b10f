"""What people see of a load while it goes on, from the live records that its workers write.

Knows neither Locust nor gevent: it runs in any process that can read the run folder, so that drawing takes
nothing from the loop that sends.
"""

"""Evidence of any locustfile, which needs no change: locust -f my_locustfile.py,loadtests/recording.py …

Or, in the locustfile: `import loadtests.recording`.
"""

from loadtests.generator.hooks import register

register()

"""What an experiment came to, whatever Chaos Toolkit says of it.

Chaos Toolkit calls an experiment completed although an action failed, a rollback was never played, or a
probe could not have failed. Here its file, its journal, its log and the timeline are read, and rules decide:
`check` those that need the file alone, `judge` all of them. Each rule is a pure function in its own file.
"""

"""A run on a local web page while it goes on: what is shown, who may look, the button that aborts and heals.

The page is served by a process of its own, which reads the run folder as any reader does and asks the target
how its dependencies are. The command tells it what steps go on and hears of it nothing but "abort": whatever
becomes of the page or of those who look at it, the run goes on.
"""
